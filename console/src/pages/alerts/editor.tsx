import { Alert, AutoComplete, Button, Drawer, Form, Input, InputNumber, Segmented, Select, Switch } from 'antd'
import { useState } from 'react'
import { call } from '../../api/browser.js'
import type { Answer } from '../../api/client.js'
import type { ApiProblem } from '../../api/problem.js'
import type { AlertRule } from '../../api/types.js'
import { useAct } from '../../api/use-act.js'
import { useCall } from '../../api/use-call.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useDraft } from '../../state/use-draft.js'
import { useWords } from '../../words/use-words.js'
import { Conditions } from './conditions.js'
import {
  CONTENTS,
  type ContentKind,
  contentOf,
  NEW_RULE,
  readRule,
  tidyRule,
  variablesOf,
  withContent,
} from './rule.js'
import { Trial } from './trial.js'

type Row = Answer<'listAlertRules'>['rules'][number]

const KIND_WORDS = { text: 'alert-edit.text', markdown: 'alert-edit.markdown', card: 'alert-edit.card' } as const

/** Makes or changes a rule; a file's can be read and tried. What is typed is kept until it is saved. */
export function RuleEditor({ row, close, again }: { row: Row | undefined; close(): void; again(): void }) {
  const { t } = useWords()
  const { busy, act } = useAct()
  const [problem, setProblem] = useState<ApiProblem>()
  const [slug, setSlug] = useState(row?.slug ?? '')
  const draft = useDraft(`alert-rule-${row?.slug ?? ''}`, '')
  const { data: events } = useCall('listAlertEvents', {})
  const { data: status } = useCall('alertStatus', {})
  const fixed = row?.origin === 'file'
  const kept = row
    ? ({ to: {}, ...row.definition, when: listOf(row.definition['when']) } as unknown as AlertRule)
    : NEW_RULE
  const rule = readRule(draft.value) ?? kept
  const set = (next: AlertRule) => draft.set(JSON.stringify(next))
  const change = (next: Partial<AlertRule>) => set({ ...rule, ...next })
  const to = (next: Partial<AlertRule['to']>) => change({ to: { ...rule.to, ...next } })
  const kind = contentOf(rule)
  const chosen = (events?.events ?? []).filter(({ name }) => rule.when.includes(name))
  const variables = variablesOf(chosen.map(({ sample }) => sample))
  const quiet = rule.quietHours
  const listens = rule.when.includes('message.keyword')

  async function save(): Promise<void> {
    const body = { definition: tidyRule(rule), version: row?.version ?? 0 }
    const put = () => call('putAlertRule', { params: { slug }, body })
    if (!(await act(put, t('act.done'), setProblem))) return
    draft.drop()
    close()
    again()
  }

  return (
    <Drawer
      open
      onClose={close}
      size="min(720px, 100vw)"
      title={row ? (rule.title === '' ? row.slug : rule.title) : t('alert-edit.new')}
      extra={
        !fixed && (
          <Button
            type="primary"
            loading={busy}
            disabled={slug === ''}
            onClick={() => void save()}
            data-testid="save-rule"
          >
            {t('act.save')}
          </Button>
        )
      }
    >
      <div className="stack">
        {fixed && (
          <Alert type="info" showIcon title={t('alert-edit.file', { file: `content/alerts/${row.slug}.yaml` })} />
        )}
        {problem && <ProblemAlert problem={problem} />}
        <Form layout="vertical" disabled={fixed} component="div">
          {!row && (
            <Form.Item label={t('alert-edit.slug')} extra={t('alert-edit.slug.about')}>
              <Input
                value={slug}
                maxLength={64}
                aria-label={t('alert-edit.slug')}
                onChange={({ target }) => setSlug(target.value.trim())}
              />
            </Form.Item>
          )}
          <Form.Item label={t('alert-edit.title')}>
            <Input
              value={rule.title}
              maxLength={40}
              aria-label={t('alert-edit.title')}
              onChange={({ target }) => change({ title: target.value })}
            />
          </Form.Item>
          <Form.Item label={t('alert-edit.enabled')}>
            <Switch
              checked={rule.enabled !== false}
              aria-label={t('alert-edit.enabled')}
              onChange={(enabled) => change({ enabled })}
            />
          </Form.Item>
          <Form.Item label={t('alert-edit.when')} extra={t('alert-edit.when.about')}>
            <Select
              mode="tags"
              value={rule.when}
              aria-label={t('alert-edit.when')}
              data-testid="when"
              showSearch={{ optionFilterProp: 'label' }}
              options={(events?.events ?? []).map(({ name, title }) => ({ value: name, label: `${title}（${name}）` }))}
              onChange={(when: string[]) => change({ when })}
            />
          </Form.Item>
          {listens && (
            <Form.Item label={t('alert-edit.keywords')}>
              <Select
                mode="tags"
                open={false}
                value={rule.keywords ?? []}
                aria-label={t('alert-edit.keywords')}
                onChange={(keywords: string[]) => change({ keywords })}
              />
            </Form.Item>
          )}
          <Form.Item label={t('alert-edit.where')}>
            <Conditions
              where={rule.where ?? []}
              variables={variables}
              fixed={fixed}
              change={(where) => change({ where })}
            />
          </Form.Item>
          <h3>{t('alerts.to')}</h3>
          <Form.Item label={t('alert-edit.staff')}>
            <Select
              mode="tags"
              open={false}
              value={rule.to.staff ?? []}
              placeholder="lihua"
              aria-label={t('alert-edit.staff')}
              onChange={(staff: string[]) => to({ staff })}
            />
          </Form.Item>
          <Form.Item label={t('alert-edit.customer-staff')}>
            <Switch
              checked={rule.to.customerStaff ?? false}
              aria-label={t('alert-edit.customer-staff')}
              onChange={(customerStaff) => to({ customerStaff })}
            />
          </Form.Item>
          {rule.to.customerStaff && (
            <Form.Item label={t('alert-edit.otherwise')}>
              <Select
                mode="tags"
                open={false}
                value={rule.to.otherwise ?? []}
                aria-label={t('alert-edit.otherwise')}
                onChange={(otherwise: string[]) => to({ otherwise })}
              />
            </Form.Item>
          )}
          <div className="two">
            <Form.Item label={t('alert-edit.chat')} extra={t('alert-edit.place.about')}>
              <AutoComplete
                value={rule.to.chat ?? ''}
                aria-label={t('alert-edit.chat')}
                options={(status?.chats ?? []).map(({ name }) => ({ value: name }))}
                onChange={(chat: string) => to({ chat })}
              />
            </Form.Item>
            <Form.Item label={t('alert-edit.robot')} extra={t('alert-edit.place.about')}>
              <AutoComplete
                value={rule.to.robot ?? ''}
                aria-label={t('alert-edit.robot')}
                options={(status?.robots ?? []).map(({ name }) => ({ value: name }))}
                onChange={(robot: string) => to({ robot })}
              />
            </Form.Item>
          </div>
          <h3>{t('alert-edit.content')}</h3>
          <Segmented<ContentKind>
            value={kind}
            disabled={fixed}
            onChange={(next) => set(withContent(rule, next))}
            options={CONTENTS.map((value) => ({ value, label: t(KIND_WORDS[value]) }))}
          />
          <Form.Item extra={t('alert-edit.variables', { names: variables.map((name) => `{${name}}`).join(' ') })}>
            {kind === 'card' ? (
              <div className="stack">
                <Input
                  value={rule.card?.title ?? ''}
                  maxLength={36}
                  placeholder={t('alert-edit.card.title')}
                  aria-label={t('alert-edit.card.title')}
                  onChange={({ target }) => change({ card: { ...rule.card, title: target.value } })}
                />
                <Input.TextArea
                  rows={2}
                  maxLength={160}
                  value={rule.card?.text ?? ''}
                  placeholder={t('alert-edit.card.text')}
                  aria-label={t('alert-edit.card.text')}
                  onChange={({ target }) =>
                    change({ card: { ...rule.card, title: rule.card?.title ?? '', text: target.value } })
                  }
                />
                <Input
                  value={rule.card?.link ?? ''}
                  placeholder={t('alert-edit.card.link')}
                  aria-label={t('alert-edit.card.link')}
                  onChange={({ target }) =>
                    change({ card: { ...rule.card, title: rule.card?.title ?? '', link: target.value } })
                  }
                />
              </div>
            ) : (
              <Input.TextArea
                rows={4}
                maxLength={1500}
                value={rule[kind] ?? ''}
                aria-label={t('alert-edit.content')}
                data-testid="rule-text"
                onChange={({ target }) => change({ [kind]: target.value })}
              />
            )}
          </Form.Item>
          <h3>{t('alert-edit.limits')}</h3>
          <div className="two">
            <Form.Item label={t('alert-edit.quiet')}>
              <Select
                value={quiet === undefined ? 'default' : quiet === 'none' ? 'none' : quiet.mode}
                aria-label={t('alert-edit.quiet')}
                onChange={(mode: 'default' | 'none' | 'hold' | 'drop') => {
                  const { quietHours: _, ...rest } = rule
                  const hours = typeof quiet === 'object' ? quiet.hours : '22:00-08:00'
                  set(mode === 'default' ? rest : { ...rest, quietHours: mode === 'none' ? 'none' : { hours, mode } })
                }}
                options={[
                  { value: 'default', label: t('alert-edit.quiet.default') },
                  { value: 'none', label: t('alert-edit.quiet.none') },
                  { value: 'hold', label: t('alert-edit.quiet.hold') },
                  { value: 'drop', label: t('alert-edit.quiet.drop') },
                ]}
              />
            </Form.Item>
            {typeof quiet === 'object' && (
              <Form.Item label={t('alert-edit.quiet.hours')}>
                <Input
                  value={quiet.hours}
                  placeholder="22:00-08:00"
                  aria-label={t('alert-edit.quiet.hours')}
                  onChange={({ target }) => change({ quietHours: { ...quiet, hours: target.value } })}
                />
              </Form.Item>
            )}
            <Form.Item label={t('alert-edit.dedupe')} extra={t('alert-edit.dedupe.about')}>
              <Input
                value={rule.dedupe?.within ?? ''}
                placeholder="30m"
                aria-label={t('alert-edit.dedupe')}
                onChange={({ target }) => change({ dedupe: { by: rule.dedupe?.by ?? [], within: target.value } })}
              />
            </Form.Item>
            <Form.Item label={t('alert-edit.dedupe.by')}>
              <Select
                mode="tags"
                value={rule.dedupe?.by ?? []}
                disabled={fixed || !rule.dedupe}
                aria-label={t('alert-edit.dedupe.by')}
                options={variables.map((name) => ({ value: name.replace(/\|.*/, '') }))}
                onChange={(by: string[]) => change({ dedupe: { within: rule.dedupe?.within ?? '30m', by } })}
              />
            </Form.Item>
            <Form.Item label={t('alert-edit.most')} extra={t('alert-edit.most.about')}>
              <InputNumber
                min={1}
                max={100}
                value={rule.most?.count ?? null}
                aria-label={t('alert-edit.most')}
                onChange={(count) => {
                  const { most, ...rest } = rule
                  set(count === null ? rest : { ...rest, most: { count, within: most?.within ?? '10m' } })
                }}
              />
              {rule.most && (
                <Input
                  className="most-within"
                  value={rule.most.within}
                  placeholder="10m"
                  aria-label={t('alert-edit.most.within')}
                  onChange={({ target }) => change({ most: { count: rule.most?.count ?? 10, within: target.value } })}
                />
              )}
            </Form.Item>
          </div>
        </Form>
        <Trial rule={tidyRule(rule)} sample={chosen[0]?.sample} />
      </div>
    </Drawer>
  )
}

function listOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.filter((one) => typeof one === 'string')
  return typeof value === 'string' ? [value] : []
}
