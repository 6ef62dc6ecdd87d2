import { Alert, AutoComplete, Card, Input } from 'antd'
import { useState } from 'react'
import { useCall } from '../../api/use-call.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useWords } from '../../words/use-words.js'
import { WhyLines } from '../contact/why.js'
import { Bubble } from './bubble.js'
import { useSettled } from './use-settled.js'
import { type Def, sent } from './written.js'

/** What arrives on a phone: for nobody in particular, or for a person, with whether they get it and why. */
export function Phone({ id, definition }: { id: string; definition: Def }) {
  const { t, both } = useWords()
  const [typed, setTyped] = useState('')
  const ready =
    definition.audience !== undefined && definition.audience !== '' && (definition.channels?.length ?? 0) > 0
  const who = typed.trim()
  const asked = useSettled(
    ready ? JSON.stringify({ id, definition: sent(definition), ...(who !== '' && { contact: who }) }) : '',
  )
  const body = asked === '' ? undefined : (JSON.parse(asked) as { id: string; definition: Record<string, unknown> })
  const { data, problem } = useCall('previewCampaign', body && { body })
  const why = who === '' ? undefined : data?.why
  return (
    <Card size="small" title={t('phone.title')}>
      <div className="stack">
        <SampleOf audience={definition.audience} value={typed} change={setTyped} />
        <div className="phone" data-testid="phone">
          <div className="phone-head">{t('phone.account')}</div>
          {data?.message ? <Bubble message={data.message} /> : <p className="quiet center">{t('phone.nothing')}</p>}
        </div>
        {data?.variant !== undefined && <p className="quiet">{t('phone.variant', { name: data.variant })}</p>}
        <p className="quiet small">{t('phone.same')}</p>
        {problem && who !== '' && problem.code === 'contact.unknown' && <ProblemAlert problem={problem} />}
        {why && (
          <div data-testid="preview-why" className="stack">
            <Alert type={why.verdict.ok ? 'success' : 'warning'} showIcon title={both(why.verdict)} />
            <WhyLines lines={why.lines} />
          </div>
        )}
      </div>
    </Card>
  )
}

/** Somebody by id, or one of those whom the audience means. */
function SampleOf(props: { audience: Def['audience']; value: string; change(next: string): void }) {
  const { audience, value, change } = props
  const { t } = useWords()
  const rule = typeof audience === 'string' ? (audience === '' ? undefined : { segment: { id: audience } }) : audience
  const asked = useSettled(rule === undefined ? '' : JSON.stringify(rule))
  const body = asked === '' ? undefined : { rule: JSON.parse(asked) as never, sample: 5 }
  const { data } = useCall('countSegment', body && { body })
  const sample = (data?.sample ?? []).map(({ contact, name, tags }) => ({
    value: contact,
    label: [name ?? contact.slice(-6), ...tags.slice(0, 2)].join(' · '),
  }))
  return (
    <AutoComplete
      value={value}
      onChange={change}
      options={sample.length > 0 ? [{ label: t('phone.sample'), options: sample }] : []}
    >
      <Input.Search placeholder={t('phone.search')} aria-label={t('phone.as')} maxLength={128} allowClear />
    </AutoComplete>
  )
}
