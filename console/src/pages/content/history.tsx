import { Button, Drawer, Empty, Skeleton } from 'antd'
import { useState } from 'react'
import { call } from '../../api/browser.js'
import type { Answer } from '../../api/client.js'
import { useAct } from '../../api/use-act.js'
import { useCall } from '../../api/use-call.js'
import { Moment } from '../../shell/bits.js'
import { DiffView } from '../../shell/diff-view.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useWords } from '../../words/use-words.js'
import { asText, type Item, type Kind } from './shapes.js'

type Version = Answer<'listContentVersions'>['versions'][number]

const ACTS = {
  saved: 'history.saved',
  published: 'history.published',
  withdrawn: 'history.withdrawn',
  'rolled-back': 'history.rolled-back',
  deleted: 'history.deleted',
} as const
const PAGE = 50

/** The versions of an item, what differs from the present one, and the way back. */
export function History(props: {
  kind: Kind
  item: Item
  writes: boolean
  close(): void
  back(item: Item): void
  refused(error: unknown): void
}) {
  const { kind, item, writes, close, back, refused } = props
  const { slug, rev = 0 } = item
  const { t } = useWords()
  const { busy, act } = useAct()
  const [before, setBefore] = useState<number>()
  const query = { limit: PAGE, ...(before !== undefined && { before }) }
  const list = useCall('listContentVersions', { params: { kind, slug }, query })
  const [chosen, setChosen] = useState<number>()
  const wanted = chosen === undefined ? undefined : { params: { kind, slug, version: String(chosen) } }
  const version = useCall('getContentVersion', wanted)
  const versions = list.data?.versions ?? []
  const said = ({ act: done, of }: Version) => t(ACTS[done], { of: of ?? '' })

  const roll = (live: boolean) =>
    act(
      async () => {
        const body = { version: chosen ?? 0, rev, ...(live && { live }) }
        back(await call('rollBackContent', { params: { kind, slug }, body }))
      },
      t('history.done', { rev: chosen ?? 0 }),
      refused,
    )
  return (
    <Drawer open size={760} title={t('history.open')} onClose={close}>
      <div className="stack" data-testid="history">
        {list.problem && <ProblemAlert problem={list.problem} again={list.again} />}
        {list.data && versions.length === 0 && <Empty description={t('history.none')} />}
        <ul className="rows">
          {versions.map((each) => (
            <li key={each.rev}>
              <Button
                type={each.rev === chosen ? 'primary' : 'link'}
                size="small"
                onClick={() => setChosen(each.rev)}
                data-testid={`version-${each.rev}`}
              >
                {t('history.version', { rev: each.rev })}
              </Button>
              <span>{said(each)}</span>
              <span className="quiet">{each.by}</span>
              <span className="quiet">
                <Moment at={each.at} />
              </span>
            </li>
          ))}
        </ul>
        {versions.length === PAGE && (
          <Button onClick={() => setBefore(versions.at(-1)?.rev)}>{t('history.more')}</Button>
        )}
        {chosen !== undefined && (
          <>
            <h2>{t('history.compare')}</h2>
            {version.loading && <Skeleton active />}
            {version.problem && <ProblemAlert problem={version.problem} />}
            {version.data && <DiffView before={asText(version.data.content, t)} after={asText(item.content, t)} />}
            {writes && chosen !== rev && (
              <>
                <p className="quiet">{t('history.back.about')}</p>
                <div className="actions">
                  <Button loading={busy} onClick={() => roll(false)}>
                    {t('history.back')}
                  </Button>
                  <Button type="primary" loading={busy} onClick={() => roll(true)} data-testid="back-live">
                    {t('history.back-live')}
                  </Button>
                </div>
              </>
            )}
          </>
        )}
      </div>
    </Drawer>
  )
}
