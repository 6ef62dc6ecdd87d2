import { Form, Input, InputNumber, Modal, Radio } from 'antd'
import { useState } from 'react'
import { groupLimits } from '../../../../rules/wecom/limits-groups.js'
import { call } from '../../api/browser.js'
import type { Answer } from '../../api/client.js'
import type { ApiProblem } from '../../api/problem.js'
import { useAct } from '../../api/use-act.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useDraft } from '../../state/use-draft.js'
import { useWords } from '../../words/use-words.js'

type Way = Answer<'listJoinWays'>['ways'][number]

interface Values {
  slug: string
  title: string
  account?: string
  by: 'label' | 'groups'
  label?: string
  ids?: string
  state?: string
  remark?: string
  fullAt?: number | null
  overflow?: string
}

/** Makes or changes a join way; what is typed is kept until it is saved. Fields that stand in no place here stay. */
export function WayForm({ way, close, after }: { way?: Way; close(): void; after(): void }) {
  const { t } = useWords()
  const { busy, act } = useAct()
  const [problem, setProblem] = useState<ApiProblem>()
  const [form] = Form.useForm<Values>()
  const draft = useDraft(`join-way:${way?.slug ?? 'new'}`, '')
  const by = Form.useWatch('by', form)
  const required = [{ required: true, message: t('form.required') }]

  async function save(values: Values): Promise<void> {
    const { slug } = values
    const body = { definition: definitionOf(values, way?.definition ?? {}), version: way?.version ?? 0 }
    if (!(await act(() => call('putJoinWay', { params: { slug }, body }), t('jw.saved'), setProblem))) return
    draft.drop()
    close()
    after()
  }
  return (
    <Modal
      open
      title={way ? t('jw.edit') : t('jw.new')}
      onCancel={close}
      onOk={() => form.submit()}
      okText={t('act.save')}
      okButtonProps={{ loading: busy }}
      cancelText={t('act.cancel')}
    >
      <div className="stack">
        {problem && <ProblemAlert problem={problem} />}
        <Form
          name="way"
          form={form}
          layout="vertical"
          requiredMark={false}
          initialValues={{ ...valuesOf(way), ...kept(draft.value) }}
          onValuesChange={(_, all: Values) => draft.set(JSON.stringify(all))}
          onFinish={save}
        >
          <Form.Item
            name="slug"
            label={t('jw.slug')}
            rules={[...required, { pattern: /^[a-z0-9][a-z0-9-]{0,63}$/, message: t('jw.slug') }]}
          >
            <Input disabled={way !== undefined} maxLength={64} />
          </Form.Item>
          <Form.Item name="title" label={t('jw.title')} rules={required}>
            <Input maxLength={30} />
          </Form.Item>
          <Form.Item name="by" label={t('jw.by')}>
            <Radio.Group
              options={[
                { value: 'label', label: t('jw.by.label') },
                { value: 'groups', label: t('jw.by.groups') },
              ]}
            />
          </Form.Item>
          {by === 'groups' ? (
            <Form.Item name="ids" label={t('jw.ids')} rules={required}>
              <Input.TextArea rows={4} />
            </Form.Item>
          ) : (
            <Form.Item name="label" label={t('jw.label')} rules={required}>
              <Input maxLength={40} />
            </Form.Item>
          )}
          <Form.Item name="fullAt" label={t('jw.full-at')}>
            <InputNumber min={2} max={groupLimits.groupMembers.value} />
          </Form.Item>
          <Form.Item name="overflow" label={t('jw.overflow')}>
            <Input maxLength={40} />
          </Form.Item>
          <Form.Item name="state" label={t('jw.state')}>
            <Input maxLength={30} />
          </Form.Item>
          <Form.Item name="remark" label={t('jw.remark')}>
            <Input maxLength={30} />
          </Form.Item>
          <Form.Item name="account" label={t('jw.account')}>
            <Input maxLength={32} />
          </Form.Item>
        </Form>
      </div>
    </Modal>
  )
}

/** The definition with what was typed; fields that were emptied go. */
export function definitionOf(values: Values, before: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { title, account, by, label, ids = '', state, remark, fullAt, overflow } = values
  const { groups: _, label: __, account: _a, state: _s, remark: _r, fullAt: _f, overflow: was, ...rest } = before
  const given = (name: string, value: string | undefined) => (value?.trim() ? { [name]: value.trim() } : {})
  const room = typeof was === 'object' && was !== null ? was : {}
  return {
    ...rest,
    title,
    ...(by === 'groups' ? { groups: ids.split(/[\s,，]+/).filter(Boolean) } : given('label', label)),
    ...given('account', account),
    ...given('state', state),
    ...given('remark', remark),
    ...(fullAt != null && { fullAt }),
    ...(overflow?.trim() && { overflow: { ...room, name: overflow.trim() } }),
  }
}

function valuesOf(way: Way | undefined): Partial<Values> {
  if (!way) return { by: 'label' }
  const text = (name: string) => {
    const value = way.definition[name]
    return typeof value === 'string' ? { [name]: value } : {}
  }
  const { groups, overflow, fullAt } = way.definition
  const name = typeof overflow === 'object' && overflow !== null && 'name' in overflow ? overflow.name : undefined
  return {
    slug: way.slug,
    title: way.title,
    by: Array.isArray(groups) ? 'groups' : 'label',
    ...(Array.isArray(groups) && { ids: groups.join('\n') }),
    ...text('label'),
    ...text('account'),
    ...text('state'),
    ...text('remark'),
    ...(typeof fullAt === 'number' && { fullAt }),
    ...(typeof name === 'string' && { overflow: name }),
  }
}

function kept(text: string): Partial<Values> {
  try {
    const value: unknown = text === '' ? {} : JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}
