import { useState } from 'react'
import { useNavigate } from 'react-router'
import { call } from '../../api/browser.js'
import { ApiProblem } from '../../api/problem.js'
import { useAct } from '../../api/use-act.js'
import { useWords } from '../../words/use-words.js'
import { type Content, currentOf, type Item, type Kind } from './shapes.js'
import { type ItemDraft, useItemDraft } from './use-item-draft.js'

/** An item in its editor: what the server has, what is typed, and what can be done. */
export interface ItemEditor {
  /** Undefined for a new one that was not saved yet. */
  item: Item | undefined
  draft: ItemDraft
  busy: boolean
  /** What the server has, when somebody else was quicker. */
  conflict: Item | undefined
  /** Why the last attempt was refused. */
  refusal: ApiProblem | undefined
  /** Another number when the fields were replaced as a whole. */
  round: number
  save(live: boolean): Promise<unknown>
  /** Both reject with the refusal. */
  withdraw(): Promise<unknown>
  remove(): Promise<unknown>
  /** The server's state after something else changed it. */
  take(item: Item): void
  refused(problem: unknown): void
  keepMine(): Promise<unknown>
  takeTheirs(): void
  closeConflict(): void
  discard(): void
}

/** The editor of an item, or of a new one that begins as `fresh`. */
export function useEditor(kind: Kind, slug: string, loaded: Item | undefined, fresh: Content): ItemEditor {
  const { t } = useWords()
  const navigate = useNavigate()
  const { busy, act } = useAct()
  const [item, setItem] = useState(loaded)
  const draft = useItemDraft(`content:${kind}:${loaded?.slug ?? 'new'}`, loaded?.content ?? fresh, loaded?.rev ?? 0)
  const [conflict, setConflict] = useState<Item>()
  const [refusal, setRefusal] = useState<ApiProblem>()
  const [round, setRound] = useState(0)
  /** Whether the last attempt was to go live. */
  const [wantsLive, setLive] = useState(false)

  function take(now: Item, sent?: Content): void {
    const replaced = sent === undefined && JSON.stringify(now.content) !== JSON.stringify(draft.content)
    setItem(now)
    draft.settle(now.content, now.rev ?? 0, sent)
    setConflict(undefined)
    setRefusal(undefined)
    if (replaced) setRound((before) => before + 1)
    if (!loaded) void navigate(`/content/${kind}/${now.slug}`, { replace: true })
  }

  function refused(problem: unknown): void {
    if (!(problem instanceof ApiProblem)) return
    const current = currentOf(problem)
    if (current) {
      setConflict(current)
      return
    }
    // It was deleted meanwhile: saving once more makes it anew.
    if (problem.code === 'content.stale') draft.rebase(0)
    setRefusal(problem)
  }

  const put = (rev: number, live: boolean) =>
    act(
      async () => {
        setLive(live)
        const sent = draft.content
        const body = { content: { ...sent }, rev, ...(live && { live }) }
        take(await call('putContent', { params: { kind, slug }, body }), sent)
      },
      t(live ? 'content.published' : 'content.saved'),
      refused,
    )

  return {
    item,
    draft,
    busy,
    conflict,
    refusal,
    round,
    take,
    refused,
    save: (live) => put(draft.rev, live),
    async withdraw() {
      const now = await call('withdrawContent', { params: { kind, slug }, body: { rev: item?.rev ?? 0 } })
      setItem(now)
      draft.settle(now.content, now.rev ?? 0, now.content)
    },
    async remove() {
      await call('deleteContent', { params: { kind, slug }, query: { rev: item?.rev ?? 0 } })
      draft.settle(fresh, 0)
      await navigate(`/content?tab=${kind}`)
    },
    keepMine: () => put(conflict?.rev ?? 0, wantsLive),
    takeTheirs() {
      if (conflict) take(conflict)
    },
    closeConflict: () => setConflict(undefined),
    discard() {
      draft.settle(item?.content ?? fresh, item?.rev ?? 0)
      setRound((before) => before + 1)
    },
  }
}
