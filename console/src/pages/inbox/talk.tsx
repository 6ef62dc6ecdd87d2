import { InfoCircleOutlined, LeftOutlined } from '@ant-design/icons'
import { Button, Drawer, Skeleton, Tag } from 'antd'
import { useEffect, useRef, useState } from 'react'
import type { DeskMe, DeskMember, InboxRow } from '../../api/types.js'
import { useMay } from '../../session/use-session.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useNarrow } from '../../state/theme.js'
import { useWords } from '../../words/use-words.js'
import { Acts } from './acts.js'
import { Bubble } from './bubble.js'
import { Composer } from './composer.js'
import { WindowMeter } from './meter.js'
import { STATE_WORDS } from './queue.js'
import { Side } from './side.js'
import type { InboxState } from './use-inbox.js'
import { useThread } from './use-thread.js'

/** One conversation: what was said, what can be done, what is written, and who it is. */
export function Talk(props: {
  id: string
  row: InboxRow | undefined
  me: DeskMe
  members: readonly DeskMember[]
  listen: InboxState['listen']
  name(by: string): string
  back(): void
}) {
  const { id, row, me, members, listen, name, back } = props
  const { t } = useWords()
  const may = useMay()
  const narrow = useNarrow()
  const [aside, setAside] = useState(false)
  const { conversation, entries, window, more, problem, earlier, stands, add } = useThread(id, listen)
  const end = useRef<HTMLDivElement>(null)
  const last = entries.at(-1)?._id
  useEffect(() => {
    if (last !== undefined) end.current?.scrollIntoView({ block: 'end' })
  }, [last])

  if (!conversation) return problem ? <ProblemAlert problem={problem} /> : <Skeleton active className="pad" />
  const { state, held, staff } = conversation
  const mine = held === true && staff === me.staff
  const writes = may('desk:write')
  const called = row?.name ?? t('inbox.nameless')
  const by = (who: string) =>
    who === 'customer' ? called : who === 'bot' ? t('inbox.by.bot') : who === 'desk' ? t('inbox.by.desk') : name(who)
  const side = <Side key={conversation.contact} conversation={conversation} name={name} />
  return (
    <div className="talk-whole">
      <section className="thread" aria-label={called} data-testid="thread">
        <header className="thread-head">
          {narrow && <Button type="text" icon={<LeftOutlined />} aria-label={t('inbox.back')} onClick={back} />}
          <div className="grow">
            <b>{called}</b>{' '}
            <Tag data-testid="talk-state" data-state={state}>
              {t(STATE_WORDS[state])}
            </Tag>
            {held && staff !== undefined && (
              <Tag color={mine ? 'success' : 'default'} data-testid="holder">
                {name(staff)}
              </Tag>
            )}
          </div>
          {writes && <Acts conversation={conversation} me={me} members={members} stands={stands} />}
          <Button
            type="text"
            className="side-button"
            icon={<InfoCircleOutlined />}
            aria-label={t('inbox.side')}
            onClick={() => setAside(true)}
          />
        </header>
        {problem && <ProblemAlert problem={problem} />}
        <div className="lines-box">
          {more && (
            <Button type="link" onClick={() => void earlier()}>
              {t('inbox.more')}
            </Button>
          )}
          <ul className="lines" aria-live="polite">
            {entries.map((entry) => (
              <Bubble
                key={entry._id}
                entry={entry}
                name={by}
                staff={writes && (mine || me.rules) ? me.staff : undefined}
              />
            ))}
          </ul>
          <div ref={end} />
        </div>
        {state !== 'closed' && <WindowMeter window={window} conversation={conversation} />}
        {writes && (
          <Composer
            key={id}
            conversation={conversation}
            staff={me.staff}
            mine={mine}
            shut={window !== undefined && window.left === 0}
            added={(entry) => entry && add({ ...entry, shown: {} })}
          />
        )}
      </section>
      <aside className="aside">{side}</aside>
      <Drawer open={aside} onClose={() => setAside(false)} title={called} size="min(360px, 90vw)">
        {side}
      </Drawer>
    </div>
  )
}
