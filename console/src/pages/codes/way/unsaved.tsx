import { Alert, Button } from 'antd'
import type { ContactWay } from '../../../api/types.js'
import { ConflictDialog } from '../../../shell/conflict.js'
import { useWords } from '../../../words/use-words.js'
import { asLines, type Definition } from './definition.js'

/** Tells that what was typed before is here again, and drops it when asked. */
export function Restored({ at, drop }: { at: Date; drop(): void }) {
  const { t, moment } = useWords()
  return (
    <Alert
      type="info"
      showIcon
      title={t('draft.restored', { at: moment(at) })}
      action={
        <Button size="small" onClick={drop}>
          {t('way.edit.discard')}
        </Button>
      }
    />
  )
}

/** Asks the second of two editors what to keep. */
export function Theirs(props: {
  mine: Definition
  theirs: ContactWay
  busy: boolean
  keepMine(): void
  takeTheirs(): void
  close(): void
}) {
  const { mine, theirs, ...choices } = props
  const { definition, version: rev, updatedBy: by, updatedAt: at } = theirs
  return <ConflictDialog conflict={{ mine: asLines(mine), theirs: asLines(definition), rev, by, at }} {...choices} />
}
