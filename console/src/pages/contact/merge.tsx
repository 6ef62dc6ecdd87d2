import { Alert, Input, Radio, Skeleton } from 'antd'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { call } from '../../api/browser.js'
import type { Answer } from '../../api/client.js'
import type { Contact } from '../../api/types.js'
import { useAct } from '../../api/use-act.js'
import { useCall } from '../../api/use-call.js'
import { Ask, LEAST_REASON } from '../../shell/ask.js'
import { Fields } from '../../shell/bits.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useWords } from '../../words/use-words.js'

const CONFLICTS = {
  same: 'cust.merge.conflict.same',
  unionids: 'cust.merge.conflict.unionids',
  ids: 'cust.merge.conflict.ids',
} as const

/** Makes one person of this one and another; first shows what would be joined, and what could not be taken apart again. */
export function Merge({ contact }: { contact: Contact }) {
  const { t } = useWords()
  const navigate = useNavigate()
  const [other, setOther] = useState<string>()
  const asked = other === undefined ? undefined : { body: { one: contact.id, other } }
  const { data, problem } = useCall('previewMerge', asked)
  return (
    <Ask
      least={LEAST_REASON}
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
        navigate(`/contacts/${merged.contact}`)
        if (merged.contact === contact.id) navigate(0)
      }}
    >
      <Choose not={contact.id} chosen={other} choose={setOther} />
      {problem && <ProblemAlert problem={problem} />}
      {other !== undefined && !data && !problem && <Skeleton active paragraph={{ rows: 2 }} />}
      {data && <Joined preview={data} />}
    </Ask>
  )
}

/** Finds the other profile, by whatever the search finds people. */
function Choose(props: { not: string; chosen: string | undefined; choose(id: string | undefined): void }) {
  const { not, chosen, choose } = props
  const { t, label } = useWords()
  const { busy, act } = useAct()
  const [found, setFound] = useState<Answer<'searchContacts'>['people']>()
  const search = (text: string) =>
    act(async () => {
      choose(undefined)
      const { people } = await call('searchContacts', { body: { text, limit: 10 } })
      setFound(people.filter(({ id }) => id !== not))
    })
  return (
    <>
      <Input.Search
        placeholder={t('cust.merge.other')}
        aria-label={t('cust.merge.other')}
        enterButton={t('cust.merge.look')}
        loading={busy}
        maxLength={128}
        onSearch={(value) => value.trim() !== '' && search(value.trim())}
        data-testid="merge-other"
      />
      {found?.length === 0 && <p className="quiet">{t('cust.merge.nobody')}</p>}
      {found && found.length > 0 && (
        <Radio.Group
          vertical
          value={chosen}
          onChange={({ target }) => choose(String(target.value))}
          options={found.map(({ id, name, identities }) => ({
            value: id,
            label: `${name ?? id.slice(-8)} · ${identities.map((one) => `${label('platform', one.platform)} ${one.account}`).join(t('list.comma'))}`,
          }))}
        />
      )}
    </>
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
