import { Alert, Button, Card, Input, Tag } from 'antd'
import { useState } from 'react'
import { call } from '../../api/browser.js'
import type { Answer } from '../../api/client.js'
import type { ApiProblem } from '../../api/problem.js'
import type { AlertRule } from '../../api/types.js'
import { useAct } from '../../api/use-act.js'
import { Fields, Moment } from '../../shell/bits.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useWords } from '../../words/use-words.js'

/** Tries the rule as it stands in the form with an event; nothing is sent. */
export function Trial({ rule, sample }: { rule: AlertRule; sample: Readonly<Record<string, unknown>> | undefined }) {
  const { t } = useWords()
  const { busy, act } = useAct()
  const [props, setProps] = useState<string>()
  const [found, setFound] = useState<Answer<'tryAlert'>>()
  const [problem, setProblem] = useState<ApiProblem>()
  const shown = props ?? JSON.stringify(sample ?? {}, null, 1)
  const read = parsed(shown)

  async function go(): Promise<void> {
    setFound(undefined)
    setProblem(undefined)
    const [type] = rule.when
    const fact = { ...(type !== undefined && { type }), ...(read && { props: read }) }
    await act(async () => setFound(await call('tryAlert', { body: { definition: rule, fact } })), undefined, setProblem)
  }

  return (
    <Card
      size="small"
      title={t('alert-edit.try')}
      extra={
        <Button loading={busy} disabled={!read} onClick={() => void go()} data-testid="try-rule">
          {t('alert-edit.try.go')}
        </Button>
      }
    >
      <div className="stack">
        <p className="quiet">{t('alert-edit.try.about')}</p>
        <Input.TextArea
          className="code-area"
          rows={4}
          value={shown}
          status={read ? '' : 'error'}
          aria-label={t('alert-edit.try.props')}
          onChange={({ target }) => setProps(target.value)}
        />
        {problem && <ProblemAlert problem={problem} />}
        {found && (
          <div data-testid="trial" data-matches={found.matches}>
            <Alert
              type={found.matches ? 'success' : 'warning'}
              showIcon
              title={
                found.matches ? t('alert-edit.try.matches') : t('alert-edit.try.misses', { why: found.misses ?? '' })
              }
            />
            <Fields
              lines={[
                [
                  t('alert-edit.content'),
                  <span key="text" className="said">
                    {found.text}
                  </span>,
                ],
                [
                  t('alerts.to'),
                  found.recipients.length === 0
                    ? t('alert-edit.try.nobody')
                    : found.recipients.map((one) => <Tag key={JSON.stringify(one)}>{recipientText(one)}</Tag>),
                ],
                found.quiet && [t('alert-edit.quiet'), <Moment key="quiet" at={found.quiet.until} />],
                found.missing.length > 0 ? [t('alert-edit.try.missing'), found.missing.join('、')] : undefined,
                found.gaps.length > 0 ? [t('alert-edit.try.gaps'), found.gaps.join('、')] : undefined,
              ]}
            />
          </div>
        )}
      </div>
    </Card>
  )
}

function recipientText(one: Answer<'tryAlert'>['recipients'][number]): string {
  switch (one.kind) {
    case 'staff':
      return `@${one.staff}`
    case 'chat':
      return `# ${one.chat}`
    case 'robot':
      return `🤖 ${one.robot}`
    default:
      return one.name
  }
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const found: unknown = JSON.parse(text)
    return typeof found === 'object' && found !== null && !Array.isArray(found) ? (found as never) : undefined
  } catch {
    return undefined
  }
}
