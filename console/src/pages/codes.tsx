import { PlusOutlined, PrinterOutlined } from '@ant-design/icons'
import { Button, Tag } from 'antd'
import { useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { call } from '../api/browser.js'
import type { Answer } from '../api/client.js'
import type { ChannelCode } from '../api/types.js'
import { given } from '../api/use-call.js'
import { useMay } from '../session/use-session.js'
import { Moment } from '../shell/bits.js'
import { Needs } from '../shell/needs.js'
import { Page } from '../shell/page.js'
import { type Column, ListTable } from '../table/list-table.js'
import { useWords, WithWords } from '../words/use-words.js'
import { CreateCode } from './codes/create.js'
import { CodeDetail } from './codes/detail.js'
import { PLACEMENTS } from './codes/placements.js'
import './codes/codes.css'
import { words } from './codes/words.js'

/** The channel codes of Official Accounts, with what came of them. */
export function Codes() {
  return (
    <WithWords words={words}>
      <Needs scope="content:read">
        <List />
      </Needs>
    </WithWords>
  )
}

function List() {
  const { t } = useWords()
  const may = useMay()
  const navigate = useNavigate()
  const [known, setKnown] = useState<Answer<'listChannelCodes'>>()
  const [shown, setShown] = useState<ChannelCode>()
  const [creating, setCreating] = useState(false)
  const [round, setRound] = useState(0)
  const columns: readonly Column<ChannelCode>[] = [
    {
      key: 'name',
      title: 'col.name',
      value: ({ name }) => name,
      show: (row) => (
        <Button type="link" className="code-name" onClick={() => setShown(row)}>
          {row.name}
        </Button>
      ),
    },
    {
      key: 'code',
      title: 'code.scene',
      value: ({ code }) => code,
      show: ({ code }) => <code>{code}</code>,
    },
    {
      key: 'placement',
      title: 'code.place',
      value: ({ placement }) => {
        const word = PLACEMENTS[placement]
        return word === undefined ? placement : t(word)
      },
    },
    { key: 'follows', title: 'code.follows', value: ({ counts }) => counts.follows, align: 'right' },
    { key: 'scans', title: 'code.scans', value: ({ counts }) => counts.scans, align: 'right' },
    { key: 'lost', title: 'code.lost', value: ({ counts }) => counts.unfollows, align: 'right' },
    {
      key: 'tags',
      title: 'col.tags',
      value: ({ tags }) => tags.join(' '),
      show: ({ tags }) => (tags.length > 0 ? tags.map((tag) => <Tag key={tag}>{tag}</Tag>) : '—'),
    },
    {
      key: 'life',
      title: 'code.life',
      value: ({ permanent, expiresAt }) => (permanent ? t('code.permanent') : expiresAt),
      show: ({ permanent, expiresAt, url }) => (
        <>
          {permanent ? t('code.permanent') : <Moment at={expiresAt} />}
          {url === undefined && <Tag color="warning">{t('code.unmade')}</Tag>}
        </>
      ),
    },
    {
      key: 'createdAt',
      title: 'code.created',
      value: ({ createdAt }) => createdAt,
      show: ({ createdAt }) => <Moment at={createdAt} />,
    },
  ]
  return (
    <Page
      title={t('nav.codes')}
      about={
        <>
          {t('code.about')} <Link to="/contact-ways">{t('code.ways')}</Link>
        </>
      }
      actions={
        <>
          <Button icon={<PrinterOutlined />} onClick={() => navigate('/codes/print')}>
            {t('code.print')}
          </Button>
          {may('content:write') && (
            <Button type="primary" icon={<PlusOutlined />} disabled={!known} onClick={() => setCreating(true)}>
              {t('code.new')}
            </Button>
          )}
        </>
      }
    >
      <ListTable
        name="channel-codes"
        of={String(round)}
        columns={columns}
        rowKey={({ account, code }) => `${account}:${code}`}
        filters={[
          { name: 'text', word: 'filter.name' },
          {
            name: 'placement',
            word: 'code.place',
            choices: Object.entries(PLACEMENTS).map(([value, word]) => ({ value, label: t(word) })),
          },
          ...((known?.accounts.length ?? 0) > 1
            ? [
                {
                  name: 'account',
                  word: 'operator.account' as const,
                  choices: (known?.accounts ?? []).map(({ account }) => ({ value: account, label: account })),
                },
              ]
            : []),
        ]}
        sorts={['name', 'code', 'placement', 'follows', 'scans', 'lost', 'life', 'createdAt']}
        load={async ({ filters, after, size, sort, signal }) => {
          const { text, placement, account } = filters
          const query = given({ text, placement, account, sort, after, limit: size })
          const answer = await call('listChannelCodes', { query, signal })
          setKnown(answer)
          return { rows: answer.codes, ...(answer.next !== undefined && { next: answer.next }) }
        }}
        empty={t('code.none')}
      />
      {creating && known && (
        <CreateCode
          of={known}
          close={() => setCreating(false)}
          made={() => {
            setCreating(false)
            setRound(round + 1)
          }}
        />
      )}
      {shown && <CodeDetail code={shown} close={() => setShown(undefined)} changed={() => setRound(round + 1)} />}
    </Page>
  )
}
