import { useState } from 'react'
import { useNavigate } from 'react-router'
import { call } from '../../../api/browser.js'
import { ApiProblem } from '../../../api/problem.js'
import type { ContactWay } from '../../../api/types.js'
import { useAct } from '../../../api/use-act.js'
import { useWords } from '../../../words/use-words.js'
import type { Definition } from './definition.js'

/** A refusal, with what had been sent. */
interface Refused {
  problem: ApiProblem
  sent: Definition
  slug: string
}

/** Saves a way against the version it began from; tells a refusal, or what somebody else has saved meanwhile. */
export function useSave({ way, drop, again }: { way: ContactWay | undefined; drop(): void; again(): void }) {
  const { t } = useWords()
  const navigate = useNavigate()
  const { busy, act } = useAct()
  const [refused, setRefused] = useState<Refused>()
  const [theirs, setTheirs] = useState<ContactWay>()

  async function save(on: { slug: string; account?: string }, definition: Definition, version: number): Promise<void> {
    const { slug, account } = on
    const params = { slug: slug.trim() || '-' }
    const query = account === undefined ? {} : { account }
    let stale = false
    await act(
      async () => {
        const saved = await call('putContactWay', { params, query, body: { definition: { ...definition }, version } })
        setRefused(undefined)
        setTheirs(undefined)
        drop()
        if (way) again()
        else navigate(`/contact-ways/${saved.account}/${saved.slug}`, { replace: true })
      },
      t('way.edit.saved'),
      (problem) => {
        stale = problem.code === 'contact-way.stale'
        if (!stale) setRefused({ problem, sent: definition, slug })
        else if (!way) setRefused({ problem: taken(problem), sent: definition, slug })
      },
    )
    if (stale && way) await act(async () => setTheirs(await call('getContactWay', { params, query })))
  }

  /** A new way may not take the place of one that is there. */
  function taken({ status, code }: ApiProblem): ApiProblem {
    const message = t('way.edit.slug.taken')
    return new ApiProblem(status, code, message, { fields: [{ field: 'slug', message }] })
  }

  function forget(): void {
    setRefused(undefined)
    setTheirs(undefined)
  }

  return { busy, save, refused, theirs, forget }
}
