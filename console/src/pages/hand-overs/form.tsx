import { Checkbox, Form, Input, Modal, Select } from 'antd'
import { useState } from 'react'
import { call } from '../../api/browser.js'
import type { ApiProblem } from '../../api/problem.js'
import { useAct } from '../../api/use-act.js'
import { useCall } from '../../api/use-call.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useWords } from '../../words/use-words.js'

interface Values {
  from: string
  to: string[]
  what: ('customers' | 'groups')[]
  resigned: 'auto' | 'yes' | 'no'
  message?: string
}

/** Plans a hand-over; nothing is sent before it is started. */
export function HandOverForm(props: { account: string; from: string; close(): void; after(id: string): void }) {
  const { account, from, close, after } = props
  const { t, number } = useWords()
  const { busy, act } = useAct()
  const [problem, setProblem] = useState<ApiProblem>()
  const [form] = Form.useForm<Values>()
  const { data } = useCall('listCustomerStaff', { params: { account } })
  const options = (data?.staff ?? []).map(({ staff, customers }) => ({
    value: staff,
    label: `${staff} (${number(customers)})`,
  }))
  const required = [{ required: true, message: t('form.required') }]

  async function plan(values: Values): Promise<void> {
    const { to, what, resigned, message } = values
    const body = {
      account,
      from: values.from.trim(),
      to: to.map((one) => one.trim()),
      customers: what.includes('customers') ? ('all' as const) : [],
      groups: what.includes('groups') ? ('all' as const) : [],
      ...(resigned !== 'auto' && { resigned: resigned === 'yes' }),
      ...(message?.trim() && { message: message.trim() }),
    }
    let made = ''
    const send = async () => {
      made = (await call('planHandOver', { body })).id
    }
    if (!(await act(send, undefined, setProblem))) return
    close()
    after(made)
  }
  return (
    <Modal
      open
      title={t('ho.new')}
      onCancel={close}
      onOk={() => form.submit()}
      okText={t('ho.plan')}
      okButtonProps={{ loading: busy }}
      cancelText={t('act.cancel')}
    >
      <div className="stack">
        <p className="quiet">{t('ho.plan.about')}</p>
        {problem && <ProblemAlert problem={problem} />}
        <Form
          name="hand-over"
          form={form}
          layout="vertical"
          requiredMark={false}
          initialValues={{ from, what: ['customers', 'groups'], resigned: 'auto' }}
          onFinish={plan}
        >
          <Form.Item name="from" label={t('ho.from')} rules={required}>
            <Input maxLength={64} list="staff" autoComplete="off" />
          </Form.Item>
          <Form.Item name="to" label={t('ho.to')} rules={required}>
            <Select mode="tags" options={options} />
          </Form.Item>
          <Form.Item name="what" label={t('ho.what')} rules={required}>
            <Checkbox.Group
              options={[
                { value: 'customers', label: t('ho.customers') },
                { value: 'groups', label: t('ho.groups') },
              ]}
            />
          </Form.Item>
          <Form.Item name="resigned" label={t('ho.resigned')}>
            <Select
              options={[
                { value: 'auto', label: t('ho.resigned.auto') },
                { value: 'yes', label: t('yes') },
                { value: 'no', label: t('no') },
              ]}
            />
          </Form.Item>
          <Form.Item name="message" label={t('ho.message')}>
            <Input.TextArea maxLength={200} rows={2} />
          </Form.Item>
        </Form>
      </div>
    </Modal>
  )
}
