import { Button, Checkbox, Skeleton, Timeline } from 'antd'
import { useCallback, useEffect, useRef, useState } from 'react'
import { call } from '../../api/browser.js'
import type { Answer } from '../../api/client.js'
import type { ApiProblem } from '../../api/problem.js'
import type { Contact } from '../../api/types.js'
import { asProblem, given } from '../../api/use-call.js'
import { Moment } from '../../shell/bits.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useWords } from '../../words/use-words.js'
import { Happening } from './happening.js'

export type Entry = Answer<'getTimeline'>['entries'][number]

const KINDS = {
  message: 'cust.kind.message',
  delivery: 'cust.kind.delivery',
  desk: 'cust.kind.desk',
  follow: 'cust.kind.follow',
  order: 'cust.kind.order',
  group: 'cust.kind.group',
  tag: 'cust.kind.tag',
  consent: 'cust.kind.consent',
  merge: 'cust.kind.merge',
  event: 'cust.kind.event',
} as const
type Kind = keyof typeof KINDS
const ALL = Object.keys(KINDS) as Kind[]
const EACH = 40

/** Everything that happened to her over all platforms, the newest first; earlier pages on demand. */
export function ContactTimeline({ contact }: { contact: Contact }) {
  const { t } = useWords()
  const [kinds, setKinds] = useState<readonly Kind[]>(ALL)
  const [found, setFound] = useState<{ entries: Entry[]; next?: string; problem?: ApiProblem; busy: boolean }>({
    entries: [],
    busy: true,
  })
  const control = useRef<AbortController>(undefined)
  const load = useCallback(
    async (before?: string) => {
      control.current?.abort()
      const mine = new AbortController()
      control.current = mine
      setFound((was) => ({ ...(before === undefined ? { entries: [] } : was), busy: true }))
      const some = kinds.length === ALL.length ? undefined : kinds.join(',')
      try {
        const query = given({ before, kinds: some, limit: EACH })
        const page = await call('getTimeline', { params: { id: contact.id }, query, signal: mine.signal })
        setFound((was) => ({
          entries: before === undefined ? page.entries : [...was.entries, ...page.entries],
          ...(page.next !== undefined && { next: page.next }),
          busy: false,
        }))
      } catch (error) {
        if (!mine.signal.aborted) setFound((was) => ({ ...was, problem: asProblem(error), busy: false }))
      }
    },
    [contact.id, kinds],
  )
  useEffect(() => {
    void load()
    return () => control.current?.abort()
  }, [load])

  const { entries, next, problem, busy } = found
  const ended = next === undefined && !busy && !problem && kinds.length === ALL.length
  const beginning = {
    key: 'beginning',
    color: 'gray',
    content: (
      <span className="quiet">
        <Moment at={contact.firstSeenAt} /> {t('contact.first-seen')}
      </span>
    ),
  }
  return (
    <div className="stack" data-testid="timeline">
      <Checkbox.Group
        value={[...kinds]}
        options={ALL.map((value) => ({ value, label: t(KINDS[value]) }))}
        onChange={(chosen) => setKinds(chosen.length === 0 ? ALL : ALL.filter((one) => chosen.includes(one)))}
      />
      {problem && <ProblemAlert problem={problem} again={() => void load()} />}
      {entries.length === 0 && busy && <Skeleton active />}
      {entries.length === 0 && !busy && !problem && <p className="quiet">{t('cust.timeline.none')}</p>}
      {(entries.length > 0 || ended) && (
        <Timeline
          items={[
            ...entries.map((entry, index) => ({
              key: `${entry.at}:${entry.kind}:${index}`,
              color: colourOf(entry),
              content: (
                <div data-kind={entry.kind}>
                  <span className="quiet">
                    <Moment at={entry.at} /> {t(KINDS[entry.kind])} {entry.account}
                  </span>
                  <div>
                    <Happening entry={entry} />
                  </div>
                </div>
              ),
            })),
            ...(ended ? [beginning] : []),
          ]}
        />
      )}
      {next !== undefined && (
        <Button loading={busy} onClick={() => void load(next)} data-testid="earlier">
          {t('cust.timeline.more')}
        </Button>
      )}
      <p className="quiet">{t('cust.timeline.about')}</p>
    </div>
  )
}

function colourOf({ kind, type }: Entry): string {
  if (['failed', 'uncertain', 'consent.withdrawn', 'follow.ended', 'customer.lost', 'group.left'].includes(type)) {
    return 'red'
  }
  return kind === 'message' ? 'blue' : kind === 'delivery' || kind === 'order' ? 'green' : 'gray'
}
