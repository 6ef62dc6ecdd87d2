import { Button, Tag } from 'antd'
import { useNavigate } from 'react-router'
import { call } from '../api/browser.js'
import type { ContactWay } from '../api/types.js'
import { given } from '../api/use-call.js'
import { LimitHelp } from '../help/limit-help.js'
import { useMay } from '../session/use-session.js'
import { Moment, State } from '../shell/bits.js'
import { Needs } from '../shell/needs.js'
import { Page } from '../shell/page.js'
import { type Column, ListTable } from '../table/list-table.js'
import { useWords, WithWords } from '../words/use-words.js'
import { words } from './codes/words.js'

/** The codes by which people become customers (渠道码). */
export function ContactWays() {
  return (
    <WithWords words={words}>
      <Ways />
    </WithWords>
  )
}

function Ways() {
  const { t } = useWords()
  const may = useMay()
  const navigate = useNavigate()
  const columns: readonly Column<ContactWay>[] = [
    { key: 'name', title: 'col.name', value: ({ name }) => name },
    { key: 'slug', title: 'col.id', value: ({ slug }) => slug },
    {
      key: 'status',
      title: 'col.state',
      value: ({ status }) => status,
      show: ({ status, problem }) => (
        <>
          <State kind="state" code={status} />
          {problem && <div className="quiet">{problem.message}</div>}
        </>
      ),
    },
    { key: 'channel', title: 'col.channel-code', value: ({ state }) => state },
    { key: 'staff', title: 'col.staff', value: ({ staff }) => staff.join(' ') },
    { key: 'added', title: 'ways.added', value: ({ counts }) => counts.added, align: 'right' },
    { key: 'lost', title: 'ways.lost', value: ({ counts }) => counts.lost, align: 'right' },
    {
      key: 'qr',
      title: 'ways.code',
      value: ({ qrCode }) => qrCode,
      show: ({ qrCode }) =>
        qrCode === undefined ? (
          '—'
        ) : (
          <a href={qrCode} target="_blank" rel="noreferrer">
            {t('ways.open')}
          </a>
        ),
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
  ]
  return (
    <Needs scope="contacts:read">
      <Page
        title={t('nav.contact-ways')}
        help={<LimitHelp of="contactWays" />}
        about={t('ways.about')}
        actions={
          <>
            <Button onClick={() => navigate('/codes/print')}>{t('code.print')}</Button>
            {may('contacts:write') && (
              <Button type="primary" onClick={() => navigate('/contact-ways/-/new')}>
                {t('way.edit.new')}
              </Button>
            )}
          </>
        }
      >
        <ListTable
          name="contact-ways"
          columns={columns}
          filters={[
            { name: 'text', word: 'filter.name' },
            { name: 'removed', word: 'ways.removed', flag: true },
          ]}
          sorts={['name', 'slug', 'status', 'channel', 'added', 'lost', 'origin', 'updatedAt']}
          rowKey={({ account, slug }) => `${account}:${slug}`}
          href={({ account, slug }) => `/contact-ways/${account}/${slug}`}
          load={async ({ filters, after, size, sort, signal }) => {
            const removed = filters['removed'] === 'true' ? ('true' as const) : undefined
            const query = given({ text: filters['text'], removed, sort, after, limit: size })
            const { ways, next, total } = await call('listContactWays', { query, signal })
            return { rows: ways, total, ...(next !== undefined && { next }) }
          }}
          empty={t('ways.none')}
        />
      </Page>
    </Needs>
  )
}
