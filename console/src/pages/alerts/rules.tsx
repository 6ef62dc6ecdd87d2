import { Button, Tag } from 'antd'
import { useState } from 'react'
import { call } from '../../api/browser.js'
import type { Answer } from '../../api/client.js'
import { given } from '../../api/use-call.js'
import { useMay } from '../../session/use-session.js'
import { Ask } from '../../shell/ask.js'
import { Moment } from '../../shell/bits.js'
import { type Column, ListTable } from '../../table/list-table.js'
import { useWords } from '../../words/use-words.js'
import { RuleEditor } from './editor.js'

type Row = Answer<'listAlertRules'>['rules'][number]

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined)
const listOf = (value: unknown) => (Array.isArray(value) ? value.join(' ') : textOf(value))

/** The rules by which staff are told of something. */
export function AlertRules() {
  const { t } = useWords()
  const writes = useMay()('operations:write')
  const [edited, setEdited] = useState<Row | 'new'>()
  const [round, setRound] = useState(0)
  const again = () => setRound((before) => before + 1)
  const columns: readonly Column<Row>[] = [
    {
      key: 'title',
      title: 'col.name',
      value: ({ slug, definition }) => textOf(definition['title']) ?? slug,
      show: (row) => (
        <Button type="link" onClick={() => setEdited(row)} data-testid="rule">
          {textOf(row.definition['title']) ?? row.slug}
        </Button>
      ),
    },
    { key: 'slug', title: 'col.id', value: ({ slug }) => slug },
    { key: 'when', title: 'alerts.when', value: ({ definition }) => listOf(definition['when']) },
    {
      key: 'to',
      title: 'alerts.to',
      value: ({ definition }) => JSON.stringify(definition['to']),
      show: ({ definition }) => <To to={definition['to']} />,
    },
    {
      key: 'enabled',
      title: 'col.state',
      value: ({ definition }) => definition['enabled'] !== false,
      show: ({ definition }) =>
        definition['enabled'] === false ? <Tag>{t('off')}</Tag> : <Tag color="success">{t('on')}</Tag>,
    },
    {
      key: 'origin',
      title: 'col.origin',
      value: ({ origin }) => origin,
      show: ({ origin }) => <Tag>{origin === 'file' ? t('origin.file') : t('origin.store')}</Tag>,
    },
    {
      key: 'updatedAt',
      title: 'col.updated',
      value: ({ updatedAt }) => updatedAt,
      show: ({ updatedAt }) => <Moment at={updatedAt} />,
    },
    {
      key: 'remove',
      title: 'alert-edit.remove',
      value: () => '',
      show: ({ slug, origin, definition }) =>
        origin === 'store' && writes ? (
          <Ask
            label={t('alert-edit.remove')}
            title={t('alert-edit.remove.ask', { title: textOf(definition['title']) ?? slug })}
            danger
            done={t('act.done')}
            act={() => call('deleteAlertRule', { params: { slug } })}
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
        of={String(round)}
        name="alert-rules"
        columns={columns}
        rowKey={({ slug }) => slug}
        filters={[{ name: 'text', word: 'filter.name' }]}
        sorts={['title', 'slug', 'origin', 'updatedAt']}
        load={async ({ filters, after, size, sort, signal }) => {
          const query = given({ text: filters['text'], sort, after, limit: size })
          const { rules, next, total } = await call('listAlertRules', { query, signal })
          return { rows: rules, total, ...(next !== undefined && { next }) }
        }}
        empty={t('alerts.no-rules')}
        extra={() =>
          writes && (
            <Button type="primary" onClick={() => setEdited('new')} data-testid="new-rule">
              {t('alert-edit.new')}
            </Button>
          )
        }
      />
      {edited && (
        <RuleEditor row={edited === 'new' ? undefined : edited} close={() => setEdited(undefined)} again={again} />
      )}
    </>
  )
}

/** Who is told, each as a tag. */
function To({ to }: { to: unknown }) {
  const { t } = useWords()
  const { staff, customerStaff, chat, robot, groupSend } = (to ?? {}) as Readonly<Record<string, unknown>>
  const names = [
    ...(listOf(staff) ?? '').split(' ').map((one) => one && `@${one}`),
    customerStaff === true ? t('alert-edit.customer-staff') : '',
    textOf(chat) && `# ${textOf(chat)}`,
    textOf(robot) && `🤖 ${textOf(robot)}`,
    textOf(groupSend),
  ]
  return names.filter((name) => name !== undefined && name !== '').map((name) => <Tag key={name}>{name}</Tag>)
}
