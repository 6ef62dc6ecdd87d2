import { Alert, Button, Typography } from 'antd'
import type { ApiProblem } from '../api/problem.js'
import { useWords } from '../words/use-words.js'

/** A refusal in words: what is wrong, where, how to mend it, and its number in the log. */
export function ProblemText({ problem }: { problem: ApiProblem }) {
  const { t, label } = useWords()
  const known = label('problem', problem.code)
  const said = known === problem.code ? problem.message : known
  return (
    <div className="problem">
      <div>{said}</div>
      {problem.fields.length > 0 && (
        <ul>
          {problem.fields.map(({ field, message, fix }) => (
            <li key={`${field}:${message}`}>
              {field !== '' && <code>{field}</code>} {message}
              {fix !== undefined && <div className="quiet">{fix}</div>}
            </li>
          ))}
        </ul>
      )}
      {problem.retryAfterSeconds !== undefined && (
        <div className="quiet">{t('problem.later', { n: problem.retryAfterSeconds })}</div>
      )}
      {problem.instance !== undefined && problem.status >= 500 && (
        <Typography.Text type="secondary" copyable={{ text: problem.instance }}>
          {t('problem.instance', { id: problem.instance })}
        </Typography.Text>
      )}
    </div>
  )
}

/** A refusal in the place of what could not be shown. */
export function ProblemAlert({ problem, again }: { problem: ApiProblem; again?: () => void }) {
  const { t } = useWords()
  return (
    <Alert
      type={problem.status === 404 || problem.status === 403 ? 'warning' : 'error'}
      showIcon
      title={<ProblemText problem={problem} />}
      action={
        again && (
          <Button size="small" onClick={again}>
            {t('act.again')}
          </Button>
        )
      }
      data-testid="problem"
    />
  )
}
