import { Alert, Button, Input, Skeleton } from 'antd'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { call } from '../../api/browser.js'
import type { Answer } from '../../api/client.js'
import type { Contact } from '../../api/types.js'
import { useCall } from '../../api/use-call.js'
import { Fields } from '../../shell/bits.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useWords } from '../../words/use-words.js'
import { ReasonAsk } from '../contacts/reason-ask.js'

const CONFLICTS = {
  same: 'cust.merge.conflict.same',
  unionids: 'cust.merge.conflict.unionids',
  ids: 'cust.merge.conflict.ids',
} as const

/** Makes one person of this one and another; first shows what would be joined, and what could not be taken apart again. */
export function Merge({ contact }: { contact: Contact }) {
  const { t } = useWords()
  const navigate = useNavigate()
  const [typed, setTyped] = useState('')
  const [other, setOther] = useState<string>()
  const asked = other === undefined ? undefined : { body: { one: contact.id, other } }
  const { data, problem } = useCall('previewMerge', asked)
  return (
    <ReasonAsk
      label={t('cust.merge')}
      title={t('cust.merge.title')}
      about={t('cust.merge.lasting')}
      draft={`merge:${contact.id}`}
      done={t('cust.merge.done')}
      ready={data !== undefined && data.conflict === undefined}
      act={async (reason) => {
        const again = data?.apart ?? false
        const merged = await call('mergeContacts', { body: { one: contact.id, other: other ?? '', reason, again } })
        setOther(undefined)
        setTyped('')
        navigate(`/contacts/${merged.contact}`)
        if (merged.contact === contact.id) navigate(0)
      }}
    >
      <Input
        value={typed}
        onChange={({ target }) => setTyped(target.value.trim())}
        placeholder={t('cust.merge.other')}
        aria-label={t('cust.merge.other')}
        maxLength={24}
        data-testid="merge-other"
      />
      <Button disabled={!/^[0-9a-f]{24}$/.test(typed)} onClick={() => setOther(typed)}>
        {t('cust.merge.look')}
      </Button>
      {problem && <ProblemAlert problem={problem} />}
      {other !== undefined && !data && !problem && <Skeleton active paragraph={{ rows: 2 }} />}
      {data && <Joined preview={data} />}
    </ReasonAsk>
  )
}

function Joined({ preview }: { preview: Answer<'previewMerge'> }) {
  const { t, label } = useWords()
  const { conflict, apart, kept, gone, identities, tags, fields, consents } = preview
  if (conflict) return <Alert type="error" showIcon title={t(CONFLICTS[conflict])} />
  const yes = (allowed: boolean) => (allowed ? t('consent.yes') : t('consent.no'))
  const list = (items: readonly string[]) => (items.length > 0 ? items.join(t('list.comma')) : '—')
  return (
    <div data-testid="merge-preview">
      {apart && <Alert type="warning" showIcon title={t('cust.merge.apart')} />}
      <Fields
        lines={[
          [t('cust.merge.kept'), <code key="kept">{kept}</code>],
          [t('cust.merge.gone'), <code key="gone">{gone}</code>],
          [
            t('cust.merge.identities'),
            list(identities.map(({ platform, account }) => `${label('platform', platform)} ${account}`)),
          ],
          [t('cust.merge.tags'), list(tags)],
          [t('cust.merge.fields'), list(fields.taken)],
          [t('cust.merge.fields-kept'), list(fields.kept)],
          [
            t('cust.merge.consents'),
            list(consents.map(({ purpose, after }) => `${label('purpose', purpose)}：${yes(after.allowed)}`)),
          ],
        ]}
      />
    </div>
  )
}
