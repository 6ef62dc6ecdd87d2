import { Button, Modal, Tabs } from 'antd'
import { words } from '../pages/parts/conflict/words.js'
import { useWords, WithWords } from '../words/use-words.js'
import { DiffView } from './diff-view.js'

/** What is in conflict, both as texts that people can compare. */
export interface Conflict {
  /** What was typed here and is not saved. */
  mine: string
  /** What the server has now. */
  theirs: string
  /** Its number. */
  rev: number
  /** Who saved it and when, as far as it is known. */
  by?: string | undefined
  at?: string | undefined
}

interface Choices {
  /** Saves what was typed over theirs, with their `rev`. */
  keepMine(): void
  /** Drops what was typed. */
  takeTheirs(): void
  /** Neither; what was typed stays in the form. */
  close(): void
  busy?: boolean
}

/** Shows the second of two editors both versions and asks what to keep; nothing is lost before she decides. */
export function ConflictDialog({ conflict, ...choices }: { conflict: Conflict } & Choices) {
  return (
    <WithWords words={words}>
      <Question conflict={conflict} {...choices} />
    </WithWords>
  )
}

function Question({ conflict, keepMine, takeTheirs, close, busy = false }: { conflict: Conflict } & Choices) {
  const { t, moment } = useWords()
  const { mine, theirs, rev, by, at } = conflict
  const about = { who: by ?? t('conflict.somebody'), at: at === undefined ? '—' : moment(at), rev }
  return (
    <Modal
      open
      width={860}
      title={t('conflict.title')}
      onCancel={close}
      mask={{ closable: false }}
      footer={[
        <Button key="back" onClick={close}>
          {t('conflict.back')}
        </Button>,
        <Button key="theirs" danger onClick={takeTheirs} disabled={busy} data-testid="take-theirs">
          {t('conflict.take-theirs')}
        </Button>,
        <Button key="mine" type="primary" onClick={keepMine} loading={busy} data-testid="keep-mine">
          {t('conflict.keep-mine')}
        </Button>,
      ]}
    >
      <div className="stack" data-testid="conflict">
        <p>{t('conflict.about', about)}</p>
        <Tabs
          items={[
            {
              key: 'difference',
              label: t('conflict.difference'),
              children: <DiffView before={theirs} after={mine} />,
            },
            { key: 'theirs', label: t('conflict.theirs'), children: <pre className="one-version">{theirs}</pre> },
            { key: 'mine', label: t('conflict.mine'), children: <pre className="one-version">{mine}</pre> },
          ]}
        />
      </div>
    </Modal>
  )
}
