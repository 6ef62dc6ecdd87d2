import { Alert, Button, Skeleton } from 'antd'
import { useState } from 'react'
import { useNavigate, useParams, useSearchParams } from 'react-router'
import { call } from '../../api/browser.js'
import type { ApiProblem } from '../../api/problem.js'
import type { CampaignOptions } from '../../api/types.js'
import { useAct } from '../../api/use-act.js'
import { useCall } from '../../api/use-call.js'
import { Ask } from '../../shell/ask.js'
import { Needs } from '../../shell/needs.js'
import { Page } from '../../shell/page.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useDraft } from '../../state/use-draft.js'
import { useWords, WithWords } from '../../words/use-words.js'
import type { Shown } from '../campaign.js'
import './campaign.css'
import { Conflict } from './conflict.js'
import { PushForm } from './form.js'
import { LiveLook } from './live-look.js'
import { Phone } from './phone.js'
import { Templates } from './templates.js'
import { words } from './words.js'
import { type Def, freshId, readWritten, sent, type Written } from './written.js'

/** Writes a new push, or one like another (`?like=`). */
export function ComposePage() {
  const [search] = useSearchParams()
  const like = search.get('like')
  const options = useCall('campaignOptions', {})
  const other = useCall('getCampaign', like === null ? undefined : { params: { id: like } })
  const ready = options.data && (like === null || other.data)
  return (
    <Framed title="compose.new" problem={options.problem ?? other.problem}>
      {ready && options.data && (
        <Composer key={like} options={options.data} {...(other.data && { like: other.data })} />
      )}
    </Framed>
  )
}

/** Edits a push; whoever saves second is shown what the first one did. */
export function EditPage() {
  const { id = '' } = useParams()
  const options = useCall('campaignOptions', {})
  const { data, problem, again } = useCall('getCampaign', { params: { id } }, { everyMs: 10_000 })
  return (
    <Framed title="compose.edit" problem={options.problem ?? (data ? undefined : problem)}>
      {options.data && data && <Composer options={options.data} stored={data} again={again} />}
    </Framed>
  )
}

function Framed(props: {
  title: 'compose.new' | 'compose.edit'
  problem: ApiProblem | undefined
  children: React.ReactNode
}) {
  return (
    <WithWords words={words}>
      <Inner {...props} />
    </WithWords>
  )
}

function Inner({ title, problem, children }: Parameters<typeof Framed>[0]) {
  const { t } = useWords()
  return (
    <Needs scope="campaigns:write">
      <Page title={t(title)} back={{ to: '/campaigns', title: t('nav.campaigns') }}>
        {problem ? <ProblemAlert problem={problem} /> : (children ?? <Skeleton active />)}
        {!problem && !children && <Skeleton active />}
      </Page>
    </Needs>
  )
}

const EDITABLE: readonly string[] = ['draft', 'estimated', 'approved']

function Composer(props: { options: CampaignOptions; stored?: Shown; like?: Shown; again?(): void }) {
  const { options, stored, like, again } = props
  const { t, label, moment } = useWords()
  const navigate = useNavigate()
  const { busy, act } = useAct()
  const [first] = useState((): Written | undefined => {
    if (stored) return { id: stored.id, definition: stored.definition, base: baseOf(stored) }
    if (!like) return undefined
    const { schedule, ...rest } = like.definition
    return { id: freshId(like.id, new Date()), definition: schedule?.cron === undefined ? rest : { ...rest, schedule } }
  })
  const name = stored ? `push:${stored.id}` : `push:new${like ? `:${like.id}` : ''}`
  const draft = useDraft(name, first ? JSON.stringify(first) : '')
  const written = readWritten(draft.value)
  const [problem, setProblem] = useState<ApiProblem>()
  const [theirs, setTheirs] = useState<Shown>()

  if (!written) return <Templates options={options} choose={(next) => draft.set(JSON.stringify(next))} />
  if (stored && !EDITABLE.includes(stored.state)) return <Locked campaign={stored} {...(again && { again })} />

  async function keep(definition: Def, base: Written['base']): Promise<void> {
    if (!written) return
    const { id } = written
    const body = { definition: sent(definition) as never }
    if (base) await call('editCampaign', { params: { id }, body: { ...body, version: base.version } })
    else await call('createCampaign', { body: { ...body, id } })
    // Saved is saved: where the estimate fails, the push’s own page offers it again.
    await call('estimateCampaign', { params: { id } }).catch(() => undefined)
  }

  async function save(definition: Def, base: Written['base']): Promise<void> {
    if (!written) return
    setProblem(undefined)
    const refused = (found: ApiProblem) => {
      if (found.code === 'campaign.version') void call('getCampaign', { params: { id: written.id } }).then(setTheirs)
      else setProblem(found)
    }
    if (!(await act(() => keep(definition, base), t('compose.saved'), refused))) return
    setTheirs(undefined)
    draft.drop()
    navigate(`/campaigns/${written.id}`)
  }

  const { definition, base } = written
  const newer = stored && base && stored.version > base.version
  const who = (campaign: Shown) => campaign.names[campaign.authors.at(-1) ?? '']
  return (
    <div className="compose">
      <div className="stack">
        {draft.restored && (
          <Alert
            type="info"
            showIcon
            title={t('compose.restored', { at: moment(draft.restored) })}
            action={
              <Button size="small" onClick={draft.drop}>
                {t('compose.discard')}
              </Button>
            }
          />
        )}
        {newer && (
          <Alert
            type="warning"
            showIcon
            data-testid="newer"
            title={t('conflict.banner', { who: who(stored) ?? t('conflict.someone'), n: stored.version })}
          />
        )}
        {problem && problem.fields.length === 0 && <ProblemAlert problem={problem} />}
        <PushForm
          written={written}
          options={options}
          problems={problem?.fields ?? []}
          change={(next) => draft.set(JSON.stringify(next))}
        />
        <div className="actions save-bar">
          <Button type="primary" size="large" loading={busy} onClick={() => save(definition, base)}>
            {t('compose.save')}
          </Button>
          <Button size="large" onClick={draft.drop}>
            {t('compose.discard')}
          </Button>
          {stored && <span className="quiet">{label('campaign', stored.state)}</span>}
        </div>
      </div>
      <div className="stack beside">
        <LiveLook id={written.id} definition={definition} />
        <Phone id={written.id} definition={definition} />
      </div>
      {theirs && base && (
        <Conflict
          who={who(theirs)}
          version={theirs.version}
          base={base.definition}
          theirs={theirs.definition}
          mine={sent(definition) as Def}
          busy={busy}
          save={(merged) => save(merged, baseOf(theirs))}
          close={() => setTheirs(undefined)}
        />
      )}
    </div>
  )
}

const baseOf = ({ version, definition }: Shown): NonNullable<Written['base']> => ({ version, definition })

/** A push that is scheduled or under way is not edited under people’s feet. */
function Locked({ campaign, again }: { campaign: Shown; again?(): void }) {
  const { t, label } = useWords()
  const { id, state, definition } = campaign
  return (
    <Alert
      type="warning"
      showIcon
      title={t('compose.locked', { state: label('campaign', state) })}
      action={
        state === 'scheduled' && (
          <Ask
            label={t('compose.withdraw')}
            title={`${t('compose.withdraw')}：${definition.name}`}
            about={t('compose.not-saved')}
            done={t('act.done')}
            act={() => call('withdrawCampaign', { params: { id } })}
            {...(again && { after: again })}
          />
        )
      }
    />
  )
}
