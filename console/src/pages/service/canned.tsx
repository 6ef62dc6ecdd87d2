import { Button, Form, Input, Modal, Select, Tag } from 'antd'
import { useState } from 'react'
import { call } from '../../api/browser.js'
import type { ApiProblem } from '../../api/problem.js'
import type { CannedReply } from '../../api/types.js'
import { useAct } from '../../api/use-act.js'
import { given } from '../../api/use-call.js'
import { useMay } from '../../session/use-session.js'
import { Ask } from '../../shell/ask.js'
import { ProblemAlert } from '../../shell/problem.js'
import { type Column, ListTable } from '../../table/list-table.js'
import { useWords } from '../../words/use-words.js'

/** Canned replies: those of files can be read, the others written. */
export function CannedPart() {
  const { t } = useWords()
  const writes = useMay()('desk:write')
  const [edited, setEdited] = useState<CannedReply | 'new'>()
  const [round, setRound] = useState(0)
  const again = () => setRound((before) => before + 1)
  const columns: readonly Column<CannedReply>[] = [
    {
      key: 'title',
      title: 'col.name',
      value: ({ title }) => title,
      show: (row) =>
        row.origin === 'store' && writes ? (
          <Button type="link" className="in-line" onClick={() => setEdited(row)}>
            {row.title}
          </Button>
        ) : (
          row.title
        ),
    },
    { key: 'group', title: 'service.canned.group', value: ({ group }) => group },
    { key: 'text', title: 'service.canned.text', value: ({ text, article, card }) => text ?? article ?? card },
    {
      key: 'origin',
      title: 'col.origin',
      value: ({ origin }) => origin,
      show: ({ origin }) => <Tag>{origin === 'file' ? t('origin.file') : t('origin.store')}</Tag>,
    },
    {
      key: 'remove',
      title: 'service.remove',
      value: () => '',
      show: ({ slug, title, origin }) =>
        origin === 'store' && writes ? (
          <Ask
            label={t('service.remove')}
            title={t('service.canned.remove', { title })}
            danger
            done={t('act.done')}
            act={() => call('deleteCannedReply', { params: { slug } })}
            after={again}
          />
        ) : (
          '—'
        ),
    },
  ]
  return (
    <>
      <ListTable
        name="canned"
        of={String(round)}
        columns={columns}
        filters={[{ name: 'q', word: 'service.canned.find' }]}
        rowKey={({ slug }) => slug}
        sorts={['title', 'group', 'origin']}
        load={async ({ filters, after, size, sort, signal }) => {
          const query = given({ q: filters['q'], sort: sort ?? 'group', after, limit: size })
          const { replies, next } = await call('searchCannedReplies', { query, signal })
          return { rows: replies, ...(next !== undefined && { next }) }
        }}
        empty={t('service.canned.none')}
        extra={() =>
          writes && (
            <Button type="primary" onClick={() => setEdited('new')} data-testid="new-canned">
              {t('service.canned.new')}
            </Button>
          )
        }
      />
      {edited && (
        <Editor reply={edited === 'new' ? undefined : edited} close={() => setEdited(undefined)} again={again} />
      )}
    </>
  )
}

interface Fields {
  slug: string
  group: string
  title: string
  text: string
  keywords?: string[]
}

function Editor({ reply, close, again }: { reply: CannedReply | undefined; close(): void; again(): void }) {
  const { t } = useWords()
  const { busy, act } = useAct()
  const [problem, setProblem] = useState<ApiProblem>()
  const [form] = Form.useForm<Fields>()
  const required = [{ required: true, message: t('form.required') }]

  async function save({ slug, group, title, text, keywords = [] }: Fields): Promise<void> {
    const body = { group, title, text, version: reply?.version ?? 0, ...(keywords.length > 0 && { keywords }) }
    if (!(await act(() => call('putCannedReply', { params: { slug }, body }), t('act.done'), setProblem))) return
    close()
    again()
  }

  return (
    <Modal
      open
      title={t(reply ? 'service.canned.edit' : 'service.canned.new')}
      onCancel={close}
      onOk={form.submit}
      okText={t('act.save')}
      cancelText={t('act.cancel')}
      okButtonProps={{ loading: busy }}
    >
      {problem && <ProblemAlert problem={problem} />}
      <Form<Fields> form={form} layout="vertical" requiredMark={false} onFinish={save} initialValues={{ ...reply }}>
        <Form.Item name="slug" label={t('service.canned.slug')} rules={required} extra={t('service.canned.slug.about')}>
          <Input maxLength={64} disabled={reply !== undefined} />
        </Form.Item>
        <Form.Item name="group" label={t('service.canned.group')} rules={required}>
          <Input maxLength={20} />
        </Form.Item>
        <Form.Item name="title" label={t('col.name')} rules={required}>
          <Input maxLength={40} />
        </Form.Item>
        <Form.Item
          name="text"
          label={t('service.canned.text')}
          rules={required}
          extra={t('service.canned.variables', { names: '{name} {order} {tracking} {staff}' })}
        >
          <Input.TextArea rows={4} maxLength={600} />
        </Form.Item>
        <Form.Item name="keywords" label={t('service.canned.keywords')}>
          <Select mode="tags" open={false} />
        </Form.Item>
      </Form>
    </Modal>
  )
}
