import { QuestionCircleOutlined } from '@ant-design/icons'
import { Button, Popover } from 'antd'
import { useEffect, useRef } from 'react'
import { useWords } from '../../words/use-words.js'

/** What keys do on the page; with Alt, so that they never meet what is typed. */
export interface KeyActs {
  next(): void
  before(): void
  queue(index: number): void
  write(): void
}

/** Listens to the page's keys. */
export function useKeys(acts: KeyActs): void {
  const now = useRef(acts)
  now.current = acts
  useEffect(() => {
    function pressed(event: KeyboardEvent): void {
      if (!event.altKey || event.ctrlKey || event.metaKey) return
      const does = doing(event.code, now.current)
      if (!does) return
      event.preventDefault()
      does()
    }
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  }, [])
}

function doing(code: string, acts: KeyActs): (() => void) | undefined {
  if (code === 'ArrowDown') return acts.next
  if (code === 'ArrowUp') return acts.before
  if (code === 'KeyR') return acts.write
  const digit = /^Digit([1-5])$/.exec(code)?.[1]
  return digit === undefined ? undefined : () => acts.queue(Number(digit) - 1)
}

/** The keys in words. */
export function KeyHelp() {
  const { t } = useWords()
  const lines = [
    ['Enter', t('inbox.key.send')],
    ['Shift + Enter', t('inbox.key.line')],
    ['/', t('inbox.key.ready')],
    ['Alt + ↓ / ↑', t('inbox.key.next')],
    ['Alt + 1 … 5', t('inbox.key.queue')],
    ['Alt + R', t('inbox.key.write')],
  ] as const
  return (
    <Popover
      trigger={['click']}
      title={t('inbox.keys')}
      content={
        <dl className="fields">
          {lines.map(([keys, what]) => (
            <div key={keys}>
              <dt>
                <kbd>{keys}</kbd>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
      }
    >
      <Button type="text" icon={<QuestionCircleOutlined />} aria-label={t('inbox.keys')} />
    </Popover>
  )
}
