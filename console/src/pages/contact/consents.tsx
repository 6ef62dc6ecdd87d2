import { Radio, Tag } from 'antd'
import { useState } from 'react'
import { call } from '../../api/browser.js'
import type { Contact } from '../../api/types.js'
import { useCall } from '../../api/use-call.js'
import { useMay } from '../../session/use-session.js'
import { Ask, LEAST_REASON } from '../../shell/ask.js'
import { Moment } from '../../shell/bits.js'
import { useWords } from '../../words/use-words.js'

const PURPOSES = ['marketing', 'care'] as const

/** What she allowed, by purpose, with everything she ever said about it; a change needs its evidence. */
export function Consents({ contact, again }: { contact: Contact; again(): void }) {
  const { t, label } = useWords()
  const may = useMay()('contacts:write')
  const history = useCall('listConsents', { params: { id: contact.id } })
  return (
    <div className="stack">
      <ul className="rows">
        {PURPOSES.map((purpose) => {
          const now = contact.consents[purpose]
          return (
            <li key={purpose} data-testid={`consent-${purpose}`}>
              <div className="grow">
                <b>{label('purpose', purpose)}</b>{' '}
                {now ? (
                  <>
                    <Tag color={now.allowed ? 'success' : 'error'}>
                      {now.allowed ? t('consent.yes') : t('consent.no')}
                    </Tag>
                    <Moment at={now.at} />
                  </>
                ) : (
                  <Tag>{t('cust.consent.unasked')}</Tag>
                )}
              </div>
              {may && (
                <Change
                  contact={contact}
                  purpose={purpose}
                  allowed={now?.allowed}
                  after={() => {
                    again()
                    history.again()
                  }}
                />
              )}
            </li>
          )
        })}
      </ul>
      <h3>{t('cust.consent.history')}</h3>
      {history.data?.consents.length === 0 && <p className="quiet">{t('contact.no-consents')}</p>}
      <ul className="rows">
        {(history.data?.consents ?? []).slice(0, 20).map(({ at, purpose, allowed, source, reason, by }) => (
          <li key={`${at}:${purpose}:${allowed}`}>
            <div className="grow">
              <Moment at={at} /> {label('purpose', purpose)}{' '}
              <span className={allowed ? 'good' : 'bad'}>{allowed ? t('consent.yes') : t('consent.no')}</span>{' '}
              <span className="quiet">
                {by ?? label('source', source)} {reason !== undefined && `“${reason}”`}
              </span>
            </div>
          </li>
        ))}
      </ul>
    </div>
  )
}

function Change(props: {
  contact: Contact
  purpose: (typeof PURPOSES)[number]
  allowed: boolean | undefined
  after(): void
}) {
  const { contact, purpose, allowed, after } = props
  const { t, label } = useWords()
  const [yes, setYes] = useState(allowed !== true)
  return (
    <Ask
      least={LEAST_REASON}
      label={t('cust.consent.change')}
      title={t('cust.consent.title', { purpose: label('purpose', purpose) })}
      about={t('cust.consent.about')}
      size="small"
      draft={`consent:${contact.id}:${purpose}`}
      done={t('cust.saved')}
      act={(reason) => call('setConsent', { params: { id: contact.id }, body: { purpose, allowed: yes, reason } })}
      after={after}
    >
      <Radio.Group
        value={yes}
        onChange={({ target }) => setYes(target.value === true)}
        options={[
          { value: true, label: t('cust.consent.allow') },
          { value: false, label: t('cust.consent.refuse') },
        ]}
      />
    </Ask>
  )
}
