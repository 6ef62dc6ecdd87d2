import { Progress } from 'antd'
import type { Conversation, ConversationWindow } from '../../api/types.js'
import { LimitHelp } from '../../help/limit-help.js'
import { useWords } from '../../words/use-words.js'
import { useNow } from './queue.js'
import { clockOf } from './rows.js'

const DAY_48 = 48 * 3_600_000
const MOST = 5

/** How many messages are left and for how long: WeChat takes five in 48 hours after a message of the person. */
export function WindowMeter({
  window,
  conversation,
}: {
  window: ConversationWindow | undefined
  conversation: Conversation
}) {
  const { t, moment } = useWords()
  const now = useNow(1000)
  if (!window) return null
  const { left, until, unexpired } = window
  const remains = until === undefined ? 0 : Date.parse(until) - now
  const shut = left === 0 || remains <= 0
  return (
    <div className={shut ? 'meter shut' : 'meter'} data-testid="meter" data-left={left}>
      {shut ? (
        <span className="bad">{unexpired ? t('inbox.window.used') : t('inbox.window.over')}</span>
      ) : (
        <>
          <Progress
            className="meter-bar"
            size="small"
            steps={Math.max(MOST, left)}
            percent={(left / Math.max(MOST, left)) * 100}
            showInfo={false}
            strokeColor="var(--green)"
            aria-label={t('inbox.window.left', { n: left })}
          />
          <b className={left <= 1 ? 'warn' : 'good'}>{t('inbox.window.left', { n: left })}</b>
          <span className={remains < DAY_48 / 48 ? 'warn' : 'quiet'} title={until && moment(until)}>
            {t('inbox.window.until', { time: clockOf(remains) })}
          </span>
        </>
      )}
      {conversation.channel === 'official-account' && <LimitHelp of="windows" />}
    </div>
  )
}
