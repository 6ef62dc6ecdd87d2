import { PlusOutlined } from '@ant-design/icons'
import { Button, Tag } from 'antd'
import { useNavigate } from 'react-router'
import { call } from '../api/browser.js'
import type { Answer } from '../api/client.js'
import { given } from '../api/use-call.js'
import { useMay } from '../session/use-session.js'
import { Moment } from '../shell/bits.js'
import { Needs } from '../shell/needs.js'
import { Page } from '../shell/page.js'
import { type Column, ListTable } from '../table/list-table.js'
import { useWords, WithWords } from '../words/use-words.js'
import { words } from './segments/words.js'

type Segment = Answer<'listSegments'>['segments'][number]

/** All segments: those of files and those made here. */
export function Segments() {
  return (
    <WithWords words={words}>
      <Needs scope="segments:read">
        <List />
      </Needs>
    </WithWords>
  )
}

function List() {
  const { t } = useWords()
  const may = useMay()
  const navigate = useNavigate()
  const columns: readonly Column<Segment>[] = [
    { key: 'title', title: 'col.name', value: ({ title }) => title },
    { key: 'slug', title: 'col.id', value: ({ slug }) => slug, show: ({ slug }) => <code>{slug}</code> },
    { key: 'description', title: 'seg.description', value: ({ description }) => description },
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
  ]
  return (
    <Page
      title={t('nav.segments')}
      about={t('seg.about')}
      actions={
        may('segments:write') && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => navigate('/segments/new')}>
            {t('seg.new')}
          </Button>
        )
      }
    >
      <ListTable
        name="segments"
        columns={columns}
        rowKey={({ slug }) => slug}
        href={({ slug }) => `/segments/${slug}`}
        filters={[{ name: 'text', word: 'filter.name' }]}
        sorts={['title', 'slug', 'origin', 'updatedAt']}
        load={async ({ filters, after, size, sort, signal }) => {
          const query = given({ text: filters['text'], sort, after, limit: size })
          const { segments, next, total } = await call('listSegments', { query, signal })
          return { rows: segments, total, ...(next !== undefined && { next }) }
        }}
        empty={t('seg.none')}
      />
    </Page>
  )
}
