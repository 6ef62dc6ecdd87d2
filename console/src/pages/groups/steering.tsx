import { Alert, Button, Card, Form, Input, Select, Tag } from 'antd'
import { useState } from 'react'
import { call } from '../../api/browser.js'
import type { Answer } from '../../api/client.js'
import type { ApiProblem } from '../../api/problem.js'
import { useAct } from '../../api/use-act.js'
import { useCall } from '../../api/use-call.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useWords } from '../../words/use-words.js'

type Tried = Answer<'trySteering'>

/** Tries which group a customer would be led to. Nothing is sent or recorded. */
export function TrySteering({ ways }: { ways: readonly { slug: string; title: string }[] }) {
  const { t } = useWords()
  const { data } = useCall('listSteering', {})
  const { busy, act } = useAct()
  const [problem, setProblem] = useState<ApiProblem>()
  const [tried, setTried] = useState<Tried>()
  const options = [...(data?.sets ?? []), ...ways].map(({ slug, title }) => ({ value: slug, label: title }))
  const required = [{ required: true, message: t('form.required') }]
  return (
    <Card size="small" title={t('st.title')}>
      <div className="stack">
        <p className="quiet">{t('st.about')}</p>
        {data?.sets.length === 0 && <p className="quiet">{t('st.none')}</p>}
        <Form
          name="try"
          layout="inline"
          onFinish={({ slug, contact, said }: { slug: string; contact: string; said?: string }) =>
            act(
              async () => {
                setProblem(undefined)
                const body = { contact: contact.trim(), ...(said?.trim() && { said: said.trim() }) }
                setTried(await call('trySteering', { params: { slug }, body }))
              },
              undefined,
              setProblem,
            )
          }
        >
          <Form.Item name="slug" rules={required}>
            <Select
              className="filter"
              options={options}
              placeholder={t('st.set')}
              aria-label={t('st.set')}
              popupMatchSelectWidth={false}
            />
          </Form.Item>
          <Form.Item name="contact" rules={required}>
            <Input className="filter wide" maxLength={24} placeholder={t('st.contact')} aria-label={t('st.contact')} />
          </Form.Item>
          <Form.Item name="said">
            <Input className="filter wide" maxLength={200} placeholder={t('st.said')} aria-label={t('st.said')} />
          </Form.Item>
          <Button htmlType="submit" loading={busy}>
            {t('st.try')}
          </Button>
        </Form>
        {problem && <ProblemAlert problem={problem} />}
        {tried && <Outcome tried={tried} />}
      </div>
    </Card>
  )
}

function Outcome({ tried }: { tried: Tried }) {
  const { t } = useWords()
  const { choice, facts, unjudged } = tried
  const said =
    choice.to === 'way'
      ? t('st.to.way', { way: choice.way })
      : choice.to === 'already'
        ? t('st.to.already', { group: choice.group })
        : t(choice.to === 'waiting' ? 'st.to.waiting' : 'st.to.nobody')
  const list = [...facts.tags, ...facts.segments, ...facts.scenes, ...facts.states, ...facts.groups]
  return (
    <div className="stack" data-testid="tried">
      <Alert type={choice.to === 'way' || choice.to === 'already' ? 'success' : 'warning'} showIcon title={said} />
      <div>
        {t('st.facts')} {list.length === 0 ? '—' : list.map((one) => <Tag key={one}>{one}</Tag>)}
      </div>
      {unjudged.length > 0 && (
        <p className="warn">
          {t('st.unjudged', { list: unjudged.map(({ segment, reason }) => `${segment}: ${reason}`).join(' · ') })}
        </p>
      )}
    </div>
  )
}
