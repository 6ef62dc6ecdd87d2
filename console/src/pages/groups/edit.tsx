import { Button, Form, Input, InputNumber, Modal, Select } from 'antd'
import { useState } from 'react'
import { call } from '../../api/browser.js'
import type { ApiProblem } from '../../api/problem.js'
import type { CustomerGroup } from '../../api/types.js'
import { useAct } from '../../api/use-act.js'
import { useCall } from '../../api/use-call.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useWords } from '../../words/use-words.js'

/** What we keep about a group ourselves: labels, a folder, and the size at which staff are told. */
export function EditGroup({ group, after }: { group: CustomerGroup; after(): void }) {
  const { t } = useWords()
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t('grp.edit')}</Button>
      {open && <Edit group={group} after={after} close={() => setOpen(false)} />}
    </>
  )
}

interface Values {
  labels: string[]
  folder?: string
  nearlyFullAt?: number | null
}

function Edit({ group, after, close }: { group: CustomerGroup; after(): void; close(): void }) {
  const { t } = useWords()
  const { account, chatId } = group
  const { busy, act } = useAct()
  const [problem, setProblem] = useState<ApiProblem>()
  const [form] = Form.useForm<Values>()
  const shelves = useCall('listGroupLabels', { params: { account } })

  async function save({ labels, folder = '', nearlyFullAt }: Values): Promise<void> {
    const body = {
      addLabels: labels.filter((one) => !group.labels.includes(one)),
      removeLabels: group.labels.filter((one) => !labels.includes(one)),
      folder: folder.trim() === '' ? null : folder.trim(),
      ...(nearlyFullAt !== group.nearlyFullAt && { nearlyFullAt: nearlyFullAt ?? null }),
    }
    const send = () => call('editGroup', { params: { account, chatId }, body })
    if (!(await act(send, t('grp.saved'), setProblem))) return
    close()
    after()
  }
  return (
    <Modal
      open
      title={t('grp.edit')}
      onCancel={close}
      onOk={() => form.submit()}
      okText={t('act.save')}
      okButtonProps={{ loading: busy }}
      cancelText={t('act.cancel')}
    >
      <div className="stack">
        <p className="quiet">{t('grp.edit.about')}</p>
        {problem && <ProblemAlert problem={problem} />}
        <Form
          name="group"
          form={form}
          layout="vertical"
          initialValues={{ labels: group.labels, folder: group.folder, nearlyFullAt: group.nearlyFullAt }}
          onFinish={save}
        >
          <Form.Item name="labels" label={t('grp.labels')}>
            <Select
              mode="tags"
              options={(shelves.data?.labels ?? []).map(({ label }) => ({ value: label, label }))}
              data-testid="labels"
            />
          </Form.Item>
          <Form.Item name="folder" label={t('grp.folder')}>
            <Input maxLength={64} />
          </Form.Item>
          <Form.Item
            name="nearlyFullAt"
            label={t('grp.alert-at')}
            extra={t('grp.alert-at.about', { n: group.nearlyFullAt, max: group.capacity })}
          >
            <InputNumber min={2} max={group.capacity} />
          </Form.Item>
        </Form>
      </div>
    </Modal>
  )
}
