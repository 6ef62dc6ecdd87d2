import { useState } from 'react'
import { useNavigate } from 'react-router'
import { call } from '../../../api/browser.js'
import { ApiProblem } from '../../../api/problem.js'
import type { GroupSendDefinition } from '../../../api/types.js'
import { useAct } from '../../../api/use-act.js'
import { useWords } from '../../../words/use-words.js'
import type { Definition } from '../../codes/way/definition.js'
import { plain } from '../refusal.js'
import type { Shown } from '../shown.js'

/** Saves a group send against the version it began from and has it estimated; tells a refusal, or what somebody else saved. */
export function useSave(drop: () => void) {
  const { t } = useWords()
  const navigate = useNavigate()
  const { busy, act } = useAct()
  const [refused, setRefused] = useState<{ problem: ApiProblem; sent: Definition }>()
  const [theirs, setTheirs] = useState<Shown>()

  async function save(id: string, definition: Definition, version: number): Promise<void> {
    const params = { id }
    const body = { definition: definition as unknown as GroupSendDefinition }
    let stale = false
    const done = await act(
      async () => {
        if (version > 0) await call('editGroupSend', { params, body: { ...body, version } })
        else await call('createGroupSend', { body: { ...body, id } })
        // Saved is saved: where the estimate fails, its own page offers it again.
        await call('estimateGroupSend', { params }).catch(() => undefined)
      },
      t('send.saved'),
      (problem) => {
        stale = problem.code === 'group-send.version'
        if (!stale)
          setRefused({
            problem: problem.code === 'group-send.exists' ? taken(problem) : plain(problem),
            sent: definition,
          })
      },
    )
    if (stale) await act(async () => setTheirs(await call('getGroupSend', { params })))
    if (!done) return
    drop()
    navigate(`/group-sends/${id}`)
  }

  function taken({ status, code, message }: ApiProblem): ApiProblem {
    return new ApiProblem(status, code, message, { fields: [{ field: 'id', message: t('send.id.taken') }] })
  }
  function forget(): void {
    setRefused(undefined)
    setTheirs(undefined)
  }
  return { busy, save, refused, theirs, forget }
}
