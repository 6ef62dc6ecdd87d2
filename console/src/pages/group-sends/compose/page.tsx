import { Alert, Skeleton } from 'antd'
import type { ReactNode } from 'react'
import { Link, useParams, useSearchParams } from 'react-router'
import type { ApiProblem } from '../../../api/problem.js'
import { useCall } from '../../../api/use-call.js'
import { LimitHelp } from '../../../help/limit-help.js'
import { Needs } from '../../../shell/needs.js'
import { Page } from '../../../shell/page.js'
import { ProblemAlert } from '../../../shell/problem.js'
import { useWords, WithWords } from '../../../words/use-words.js'
import '../../codes/way/way.css'
import { words as codeWords } from '../../codes/words.js'
import '../../content/content.css'
import { words as contentWords } from '../../content/words.js'
import '../group-sends.css'
import type { Shown } from '../shown.js'
import { words } from '../words.js'
import { Editor } from './editor.js'

/** Writes a new group send, or one like another (`?like=`). */
export function ComposeGroupSend() {
  const [search] = useSearchParams()
  const like = search.get('like')
  const options = useCall('groupSendOptions', {})
  const other = useCall('getGroupSend', like === null ? undefined : { params: { id: like } })
  return (
    <Framed title="send.new" problem={options.problem ?? other.problem}>
      {options.data && (like === null || other.data) && (
        <Editor key={like} options={options.data} {...(other.data && { like: other.data })} />
      )}
    </Framed>
  )
}

/** Changes a group send that is not started; whoever saves second is shown what the first one did. */
export function EditGroupSend() {
  const { id = '' } = useParams()
  const options = useCall('groupSendOptions', {})
  const { data, problem } = useCall('getGroupSend', { params: { id } })
  const open = data && ['draft', 'estimated', 'approved'].includes(data.state)
  return (
    <Framed title="send.edit.title" problem={options.problem ?? problem}>
      {data && !open && <Locked send={data} />}
      {options.data && data && open && <Editor key={data.version} options={options.data} stored={data} />}
    </Framed>
  )
}

function Framed(props: {
  title: 'send.new' | 'send.edit.title'
  problem: ApiProblem | undefined
  children: ReactNode
}) {
  return (
    <WithWords words={contentWords}>
      <WithWords words={codeWords}>
        <WithWords words={words}>
          <Inner {...props} />
        </WithWords>
      </WithWords>
    </WithWords>
  )
}

function Inner({ title, problem, children }: Parameters<typeof Framed>[0]) {
  const { t } = useWords()
  const shown = Array.isArray(children) ? children.some(Boolean) : Boolean(children)
  return (
    <Needs scope="groups:write">
      <Page
        title={t(title)}
        back={{ to: '/group-sends', title: t('nav.group-sends') }}
        help={<LimitHelp of="groupSends" />}
      >
        {problem && <ProblemAlert problem={problem} />}
        {!problem && !shown && <Skeleton active />}
        {children}
      </Page>
    </Needs>
  )
}

/** One that is started is not changed under people’s feet. */
function Locked({ send: { id, state } }: { send: Shown }) {
  const { t, label } = useWords()
  return (
    <Alert
      type="warning"
      showIcon
      title={t('send.locked', { state: label('campaign', state) })}
      action={<Link to={`/group-sends/new?like=${encodeURIComponent(id)}`}>{t('send.once-more')}</Link>}
    />
  )
}
