import { CheckCircleOutlined, CloseCircleOutlined } from '@ant-design/icons'
import { Alert, Segmented, Skeleton } from 'antd'
import { useState } from 'react'
import type { Answer } from '../../api/client.js'
import { useCall } from '../../api/use-call.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useWords } from '../../words/use-words.js'

const PURPOSES = ['marketing', 'care', 'service', 'reply'] as const

/** Why she would get a message of a purpose now, or not: everything that was looked at. */
export function WhyNot({ id, campaign }: { id: string; campaign?: string }) {
  const { label, both } = useWords()
  const [purpose, setPurpose] = useState<(typeof PURPOSES)[number]>('marketing')
  const query = campaign === undefined ? { purpose } : { campaign }
  const { data, problem, again } = useCall('explainContact', { params: { id }, query })
  return (
    <div className="stack">
      {campaign === undefined && (
        <Segmented
          value={purpose}
          onChange={setPurpose}
          options={PURPOSES.map((value) => ({ value, label: label('purpose', value) }))}
        />
      )}
      {problem && <ProblemAlert problem={problem} again={again} />}
      {!data && !problem && <Skeleton active />}
      {data && (
        <>
          <Alert type={data.verdict.ok ? 'success' : 'warning'} showIcon title={both(data.verdict)} />
          <WhyLines lines={data.lines} />
        </>
      )}
    </div>
  )
}

/** Everything that was looked at, what stands against it marked. */
export function WhyLines({ lines }: { lines: Answer<'explainContact'>['lines'] }) {
  const { t, both } = useWords()
  return (
    <ul className="rows">
      {lines.map((line) => (
        <li key={`${line.topic}:${line.zh}`}>
          {line.ok ? (
            <CheckCircleOutlined className="good" aria-label={t('why.ok')} />
          ) : (
            <CloseCircleOutlined className="bad" aria-label={t('why.against')} />
          )}
          <div className="grow">
            {both(line)}
            {line.fix && <div className="quiet">{both(line.fix)}</div>}
          </div>
        </li>
      ))}
    </ul>
  )
}
