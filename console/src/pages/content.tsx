import { PlusOutlined } from '@ant-design/icons'
import { Button, Tabs, Tag } from 'antd'
import { Link, useSearchParams } from 'react-router'
import { call } from '../api/browser.js'
import { given } from '../api/use-call.js'
import { useMay } from '../session/use-session.js'
import { Moment } from '../shell/bits.js'
import { Needs } from '../shell/needs.js'
import { Page } from '../shell/page.js'
import { type Column, ListTable } from '../table/list-table.js'
import { useWords, WithWords } from '../words/use-words.js'
import { isKind, type Kind, type Summary } from './content/shapes.js'
import { ItemState } from './content/state.js'
import { words } from './content/words.js'

/** Articles, cards and reply rules, of files and of the console. */
export function ContentList() {
  return (
    <WithWords words={words}>
      <Needs scope="content:read">
        <Lists />
      </Needs>
    </WithWords>
  )
}

function Lists() {
  const { t } = useWords()
  const [search, setSearch] = useSearchParams()
  const asked = search.get('tab') ?? undefined
  return (
    <Page title={t('nav.content')} about={t('content.about')}>
      <Tabs
        activeKey={isKind(asked) ? asked : 'articles'}
        destroyOnHidden
        onChange={(tab) => setSearch({ tab })}
        items={[
          { key: 'articles', label: t('content.articles'), children: <List kind="articles" /> },
          { key: 'cards', label: t('content.cards'), children: <List kind="cards" /> },
          { key: 'replies', label: t('content.replies'), children: <List kind="replies" /> },
        ]}
      />
    </Page>
  )
}

const NEW = { articles: 'content.new-article', cards: 'content.new-card', replies: 'content.new-reply' } as const
const NONE = {
  articles: 'content.none.articles',
  cards: 'content.none.cards',
  replies: 'content.none.replies',
} as const

const OWNERS = ['console', 'file'] as const
const STATES = ['live', 'draft'] as const

function List({ kind }: { kind: Kind }) {
  const { t } = useWords()
  const writes = useMay()('content:write')
  const owners = { file: t('origin.file'), console: t('origin.store') }
  const columns: readonly Column<Summary>[] = [
    {
      key: 'title',
      title: kind === 'replies' ? 'content.keywords' : 'content.title',
      value: ({ title, slug }) => title || slug,
    },
    { key: 'slug', title: 'content.slug', value: ({ slug }) => slug, show: ({ slug }) => <code>{slug}</code> },
    { key: 'state', title: 'content.state', value: ({ state }) => state, show: (row) => <ItemState item={row} /> },
    {
      key: 'owner',
      title: 'content.owner',
      value: ({ owner, file }) => file ?? owner,
      show: ({ owner }) => <Tag>{owners[owner]}</Tag>,
    },
    {
      key: 'updatedAt',
      title: 'content.updated',
      value: ({ updatedAt }) => updatedAt,
      show: ({ updatedAt }) => <Moment at={updatedAt} />,
    },
    { key: 'updatedBy', title: 'content.by', value: ({ updatedBy }) => updatedBy },
  ]
  return (
    <ListTable
      name={`content-${kind}`}
      of={kind}
      columns={columns}
      filters={[
        { name: 'text', word: 'content.search' },
        {
          name: 'owner',
          word: 'content.owner',
          choices: [
            { value: 'console', label: owners.console },
            { value: 'file', label: owners.file },
          ],
        },
        {
          name: 'state',
          word: 'content.state',
          choices: [
            { value: 'live', label: t('content.live') },
            { value: 'draft', label: t('content.draft') },
          ],
        },
      ]}
      rowKey={({ owner, slug }) => `${owner}:${slug}`}
      href={({ slug }) => `/content/${kind}/${slug}`}
      sorts={['title', 'slug', 'state', 'owner', 'updatedAt']}
      load={async ({ filters, after, size, sort, signal }) => {
        const owner = OWNERS.find((one) => one === filters['owner'])
        const state = STATES.find((one) => one === filters['state'])
        const query = {
          ...given({ text: filters['text'], sort, cursor: after, limit: size }),
          ...(owner && { owner }),
          ...(state && { state }),
        }
        const { items, next } = await call('listContent', { params: { kind }, query, signal })
        return { rows: items, ...(next !== undefined && { next }) }
      }}
      empty={t(NONE[kind])}
      extra={() =>
        writes && (
          <Link to={`/content/new/${kind}`}>
            <Button type="primary" icon={<PlusOutlined />} data-testid="new">
              {t(NEW[kind])}
            </Button>
          </Link>
        )
      }
    />
  )
}
