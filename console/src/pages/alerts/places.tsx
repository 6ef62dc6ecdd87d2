import { call } from '../../api/browser.js'
import type { Answer } from '../../api/client.js'
import { given } from '../../api/use-call.js'
import { useMay } from '../../session/use-session.js'
import { Ask } from '../../shell/ask.js'
import { Moment } from '../../shell/bits.js'
import { type Column, ListTable } from '../../table/list-table.js'
import { useWords } from '../../words/use-words.js'

type Place = Answer<'listAlertPlaces'>['places'][number]

/** Robots and chats that alerts go to, and whether they still take them. */
export function AlertPlaces() {
  const { t } = useWords()
  const writes = useMay()('operations:write')
  const columns = (again: () => void): readonly Column<Place>[] => [
    { key: 'name', title: 'col.name', value: ({ name }) => name },
    {
      key: 'kind',
      title: 'col.kind',
      value: ({ kind }) => kind,
      show: ({ kind }) => (kind === 'robot' ? t('places.robot') : t('places.chat')),
    },
    {
      key: 'stopped',
      title: 'col.state',
      value: ({ stopped }) => stopped?.reason ?? '',
      show: ({ kind, name, stopped, restUntil }) =>
        stopped ? (
          <>
            <span className="bad">{stopped.reason}</span> <Moment at={stopped.at} />{' '}
            {writes && (
              <Ask
                label={t('act.resume')}
                title={t('places.resume')}
                done={t('act.done')}
                act={() => call('resumeAlertPlace', { params: { kind, name } })}
                after={again}
              />
            )}
          </>
        ) : restUntil === undefined ? (
          <span className="good">{t('places.fine')}</span>
        ) : (
          <>
            {t('places.rests')} <Moment at={restUntil} />
          </>
        ),
    },
  ]
  return (
    <ListTable
      name="alert-places"
      columns={columns(() => location.reload())}
      rowKey={({ kind, name }) => `${kind}:${name}`}
      filters={[{ name: 'text', word: 'filter.name' }]}
      sorts={['name', 'kind', 'stopped']}
      load={async ({ filters, after, size, sort, signal }) => {
        const query = given({ text: filters['text'], sort, after, limit: size })
        const { places, next, total } = await call('listAlertPlaces', { query, signal })
        return { rows: places, total, ...(next !== undefined && { next }) }
      }}
      empty={t('places.none')}
    />
  )
}
