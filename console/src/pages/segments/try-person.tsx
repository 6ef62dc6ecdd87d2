import { CheckCircleFilled, CloseCircleOutlined } from '@ant-design/icons'
import { Button, Input, Space } from 'antd'
import { useState } from 'react'
import { call } from '../../api/browser.js'
import type { Answer } from '../../api/client.js'
import type { ApiProblem } from '../../api/problem.js'
import type { ExplainedCondition } from '../../api/types.js'
import { useAct } from '../../api/use-act.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useWords } from '../../words/use-words.js'
import type { Draft } from './tree.js'

/** Tries the rule on one person, saved or not: in or out, and why, condition by condition. */
export function TryPerson({ rule }: { rule: Draft }) {
  const { t } = useWords()
  const { busy, act } = useAct()
  const [who, setWho] = useState('')
  const [found, setFound] = useState<{ of: string; answer: Answer<'explainRule'> }>()
  const [problem, setProblem] = useState<ApiProblem>()
  const asked = JSON.stringify(rule)
  const wanted = who.trim()

  const go = () =>
    act(
      async () => {
        setProblem(undefined)
        const contact = /^[0-9a-f]{24}$/.test(wanted)
          ? wanted
          : (await call('findContact', { query: { openid: wanted } })).id
        const answer = await call('explainRule', { body: { rule: JSON.parse(asked), contact } })
        setFound({ of: asked, answer })
      },
      undefined,
      setProblem,
    )
  return (
    <section className="panel stack">
      <h2>{t('seg.try')}</h2>
      <Space.Compact block>
        <Input
          value={who}
          onChange={({ target }) => setWho(target.value)}
          onPressEnter={() => wanted !== '' && go()}
          placeholder={t('seg.try.who')}
          aria-label={t('seg.try.who')}
          maxLength={64}
          data-testid="try-who"
        />
        <Button loading={busy} disabled={wanted === ''} onClick={go}>
          {t('seg.try.go')}
        </Button>
      </Space.Compact>
      {problem && <ProblemAlert problem={problem} />}
      {found && (
        <div data-testid="tried">
          <b className={found.answer.explained.holds ? 'good' : 'warn'}>
            {found.answer.explained.holds ? t('seg.try.in') : t('seg.try.out')}
          </b>
          {found.of !== asked && <span className="quiet"> {t('seg.try.stale')}</span>}
          <ul className="seg-why">
            <Why of={found.answer.explained} />
          </ul>
        </div>
      )}
    </section>
  )
}

function Why({ of: { text, holds, found, of } }: { of: ExplainedCondition }) {
  const { t, both } = useWords()
  return (
    <li>
      {holds ? (
        <CheckCircleFilled className="good" aria-label={t('yes')} />
      ) : (
        <CloseCircleOutlined className="bad" aria-label={t('no')} />
      )}{' '}
      {both(text)}
      {found && <span className="quiet"> {both(found)}</span>}
      {of && (
        <ul>
          {of.map((one, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no name of their own
            <Why key={index} of={one} />
          ))}
        </ul>
      )}
    </li>
  )
}
