import { Drawer } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import { call } from '../api/browser.js'
import type { LoggedFact } from '../api/types.js'
import { given } from '../api/use-call.js'
import { useMay } from '../session/use-session.js'
import { Fields, Moment } from '../shell/bits.js'
import { Page } from '../shell/page.js'
import { type Column, ListTable } from '../table/list-table.js'
import { useWords } from '../words/use-words.js'
import { AccountFilter, useAccountChoices } from './operator/account-choices.js'
import { day, dayFilters, nextDay } from './operator/days.js'
import { inWords } from './operator/in-words.js'
import { Raw } from './operator/raw.js'

/** The facts, from which everything that is counted is made. */
export const EventLog = inWords(function EventLog() {
  const { t } = useWords()
  const may = useMay()
  const accounts = useAccountChoices()
  const [shown, setShown] = useState<LoggedFact>()
  const columns: readonly Column<LoggedFact>[] = [
    {
      key: 'occurredAt',
      title: 'log.at',
      sorts: 'time',
      value: ({ occurredAt }) => occurredAt,
      show: ({ occurredAt }) => <Moment at={occurredAt} />,
    },
    {
      key: 'type',
      title: 'log.type',
      value: ({ type }) => type,
      show: (fact) => (
        <button type="button" className="as-link" onClick={() => setShown(fact)}>
          {fact.type}
        </button>
      ),
    },
    { key: 'source', title: 'col.source', value: ({ source }) => source },
    {
      key: 'contact',
      title: 'col.contact',
      value: ({ contact }) => contact,
      show: ({ contact }) =>
        contact === undefined ? (
          '—'
        ) : may('contacts:read') ? (
          <Link to={`/contacts/${contact}`}>{contact.slice(-8)}</Link>
        ) : (
          <code>{contact.slice(-8)}</code>
        ),
    },
    { key: 'account', title: 'operator.account', value: ({ account }) => account },
    {
      key: 'props',
      title: 'log.props',
      value: ({ props }) => JSON.stringify(props),
      show: ({ props }) => <code>{short(props)}</code>,
    },
  ]
  return (
    <Page title={t('nav.event-log')} about={t('log.about')}>
      <ListTable
        name="event-log"
        columns={columns}
        filters={[
          { name: 'type', word: 'log.type' },
          { name: 'contact', word: 'log.contact' },
          { name: 'source', word: 'col.source' },
          AccountFilter(accounts),
          ...dayFilters,
        ]}
        rowKey={({ source, id }) => `${source}:${id}`}
        load={async ({ filters, after, size, order, signal }) => {
          const { type, contact, source, account, from, to } = filters
          const query = given({
            type,
            contact,
            source,
            account,
            from: day(from),
            to: nextDay(to),
            after,
            order,
            limit: size,
          })
          const { facts, next } = await call('listFacts', { query, signal })
          return { rows: facts, ...(next !== undefined && { next }) }
        }}
        empty={t('facts.none')}
      />
      <Drawer
        open={shown !== undefined}
        onClose={() => setShown(undefined)}
        size="min(560px, 100vw)"
        title={shown?.type}
      >
        {shown && (
          <div className="stack">
            <Fields
              lines={[
                [t('log.at'), <Moment key="at" at={shown.occurredAt} />],
                [t('log.received'), <Moment key="received" at={shown.receivedAt} />],
                [t('col.source'), shown.source],
                [t('col.id'), <code key="id">{shown.id}</code>],
                shown.contact === undefined
                  ? undefined
                  : [t('col.contact'), <code key="contact">{shown.contact}</code>],
              ]}
            />
            <Raw title={t('log.props')} text={JSON.stringify(shown.props, null, 2)} />
          </div>
        )}
      </Drawer>
    </Page>
  )
})

function short(props: object): string {
  const text = JSON.stringify(props)
  return text.length > 120 ? `${text.slice(0, 117)}…` : text
}
