import { Tag } from 'antd'
import { call } from '../../api/browser.js'
import type { Answer } from '../../api/client.js'
import { Moment } from '../../shell/bits.js'
import { type Column, ListTable } from '../../table/list-table.js'
import { useWords } from '../../words/use-words.js'

type Row = Answer<'listAlertRules'>['rules'][number]

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined)
const listOf = (value: unknown) => (Array.isArray(value) ? value.join(' ') : textOf(value))

/** The rules by which staff are told of something. */
export function AlertRules() {
  const { t } = useWords()
  const columns: readonly Column<Row>[] = [
    {
      key: 'title',
      title: 'col.name',
      value: ({ slug, definition }) => textOf(definition['title']) ?? slug,
      sorts: true,
    },
    { key: 'slug', title: 'col.id', value: ({ slug }) => slug, sorts: true },
    { key: 'when', title: 'alerts.when', value: ({ definition }) => listOf(definition['when']), sorts: true },
    {
      key: 'to',
      title: 'alerts.to',
      value: ({ definition }) => JSON.stringify(definition['to']),
      show: ({ definition }) => <code>{JSON.stringify(definition['to'])}</code>,
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
      sorts: true,
    },
    {
      key: 'updatedAt',
      title: 'col.updated',
      value: ({ updatedAt }) => updatedAt,
      show: ({ updatedAt }) => <Moment at={updatedAt} />,
      sorts: true,
    },
  ]
  return (
    <ListTable
      whole
      name="alert-rules"
      columns={columns}
      rowKey={({ slug }) => slug}
      load={async ({ signal }) => ({ rows: (await call('listAlertRules', { signal })).rules })}
      empty={t('alerts.no-rules')}
    />
  )
}
