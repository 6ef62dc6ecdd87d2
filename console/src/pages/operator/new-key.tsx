import { Button, Checkbox, Form, Input, InputNumber, Modal, Select } from 'antd'
import { useState } from 'react'
import { call } from '../../api/browser.js'
import type { Input as Asked } from '../../api/client.js'
import type { ApiProblem } from '../../api/problem.js'
import { useAct } from '../../api/use-act.js'
import { given, useCall } from '../../api/use-call.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useWords } from '../../words/use-words.js'
import { useAccountChoices } from './account-choices.js'

type Body = NonNullable<Asked<'createApiKey'>['body']>
interface Wanted extends Omit<Body, 'addresses' | 'expiresAt'> {
  addresses?: string
  days?: number | null
}

/** The button and form for a new key. */
export function NewKey({ made }: { made(secret: { id: string; secret: string }): void }) {
  const { t } = useWords()
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button type="primary" onClick={() => setOpen(true)}>
        {t('keys.new')}
      </Button>
      {open && <Making close={() => setOpen(false)} made={made} />}
    </>
  )
}

function Making({ close, made }: { close(): void; made(secret: { id: string; secret: string }): void }) {
  const { t } = useWords()
  const { busy, act } = useAct()
  const [form] = Form.useForm<Wanted>()
  const [problem, setProblem] = useState<ApiProblem>()
  const { data } = useCall('listApiKeys', {})
  const accounts = useAccountChoices()

  async function go({ addresses = '', days, ...rest }: Wanted): Promise<void> {
    const list = addresses.split(/[\s,，]+/).filter(Boolean)
    const expiresAt = days ? new Date(Date.now() + days * 86_400_000).toISOString() : undefined
    const body = { ...given({ ...rest, expiresAt }), ...(list.length > 0 && { addresses: list }) } as Body
    const done = await act(async () => made(await call('createApiKey', { body })), undefined, setProblem)
    if (done) close()
  }
  return (
    <Modal
      open
      title={t('keys.new')}
      onCancel={close}
      onOk={() => form.submit()}
      okText={t('keys.make')}
      okButtonProps={{ loading: busy }}
      cancelText={t('act.cancel')}
    >
      <Form form={form} layout="vertical" onFinish={go} initialValues={{ scopes: ['events:write', 'orders:write'] }}>
        {problem && <ProblemAlert problem={problem} />}
        <Form.Item name="name" label={t('col.name')} rules={[{ required: true, max: 80 }]}>
          <Input placeholder={t('keys.name.hint')} />
        </Form.Item>
        <Form.Item
          name="shop"
          label={t('col.shop')}
          extra={t('keys.shop.about')}
          rules={[{ required: true, pattern: /^[a-z][a-z0-9-]{0,25}$/, message: t('keys.shop.form') }]}
        >
          <Input />
        </Form.Item>
        <Form.Item name="scopes" label={t('keys.scopes')} extra={t('keys.scopes.about')} rules={[{ required: true }]}>
          <Checkbox.Group options={[...(data?.scopes ?? [])]} />
        </Form.Item>
        <Form.Item name="account" label={t('operator.account')} extra={t('keys.account.about')}>
          <Select allowClear options={[...accounts]} />
        </Form.Item>
        <Form.Item name="addresses" label={t('keys.addresses')} extra={t('keys.addresses.about')}>
          <Input />
        </Form.Item>
        <Form.Item name="days" label={t('keys.days')}>
          <InputNumber min={1} max={3650} />
        </Form.Item>
      </Form>
    </Modal>
  )
}
