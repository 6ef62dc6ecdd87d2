import { Button, Tag } from 'antd'
import { useNavigate } from 'react-router'
import { call } from '../api/browser.js'
import type { ContactWay } from '../api/types.js'
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
    { key: 'name', title: 'col.name', value: ({ name }) => name, sorts: true },
    { key: 'slug', title: 'col.id', value: ({ slug }) => slug, sorts: true },
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
      sorts: true,
    },
    { key: 'channel', title: 'col.channel-code', value: ({ state }) => state, sorts: true },
    { key: 'staff', title: 'col.staff', value: ({ staff }) => staff.join(' ') },
    { key: 'added', title: 'ways.added', value: ({ counts }) => counts.added, align: 'right', sorts: true },
    { key: 'lost', title: 'ways.lost', value: ({ counts }) => counts.lost, align: 'right', sorts: true },
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
          whole
          name="contact-ways"
          columns={columns}
          filters={[{ name: 'removed', word: 'ways.removed', flag: true }]}
          rowKey={({ account, slug }) => `${account}:${slug}`}
          href={({ account, slug }) => `/contact-ways/${account}/${slug}`}
          load={async ({ filters, signal }) => {
            const query = filters['removed'] === 'true' ? { removed: 'true' as const } : {}
            const { ways } = await call('listContactWays', { query, signal })
            return { rows: ways }
          }}
          empty={t('ways.none')}
        />
      </Page>
    </Needs>
  )
}
