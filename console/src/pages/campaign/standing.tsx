import { Input } from 'antd'
import { useState } from 'react'
import { useCall } from '../../api/use-call.js'
import { Fields, State } from '../../shell/bits.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useWords } from '../../words/use-words.js'
import { WhyNot } from '../contact/why.js'

/** How one person stands to the push, and why. */
export function StandingOf({ campaign }: { campaign: string }) {
  const { t, label } = useWords()
  const [contact, setContact] = useState<string>()
  const asked = contact === undefined ? undefined : { params: { id: campaign, contact } }
  const { data, problem } = useCall('getCampaignRecipient', asked)
  return (
    <div className="stack">
      <Input.Search
        placeholder={t('standing.contact')}
        aria-label={t('standing.contact')}
        onSearch={(text) => setContact(text.trim() || undefined)}
        enterButton={t('find.go')}
        maxLength={24}
        className="filter wide"
      />
      {problem && <ProblemAlert problem={problem} />}
      {data && (
        <Fields
          lines={[
            [t('standing.audience'), data.inAudience ? t('yes') : t('no')],
            [t('campaign.hold-out'), data.heldOut ? t('yes') : t('no')],
            data.end && [
              t('standing.end'),
              <span key="end">
                <State kind="state" code={data.end.state} />{' '}
                {data.end.reason !== undefined && label('reason', data.end.reason)}
              </span>,
            ],
          ]}
        />
      )}
      {contact !== undefined && data && <WhyNot id={contact} campaign={campaign} />}
    </div>
  )
}
