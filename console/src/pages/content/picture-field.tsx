import { PictureOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { useWords } from '../../words/use-words.js'
import type { PictureUse } from './fit-picture.js'
import { PictureChooser } from './picture-chooser.js'

/** A picture of a field: shown, chosen from what is there, or uploaded. */
export function PictureField(props: {
  name: string
  set(name: string | undefined): void
  use: PictureUse
  readOnly: boolean
}) {
  const { name, set, use, readOnly } = props
  const { t } = useWords()
  const [open, setOpen] = useState(false)
  return (
    <div className="picture-field">
      {name === '' ? (
        <span className={`picture-none ${use}`}>
          <PictureOutlined />
        </span>
      ) : (
        <img className={`picture-now ${use}`} src={`/media/${encodeURIComponent(name)}`} alt={name} />
      )}
      <div className="stack">
        {name !== '' && <code>{name}</code>}
        {!readOnly && (
          <span className="actions">
            <Button onClick={() => setOpen(true)} data-testid={`choose-${use}`}>
              {t('picture.choose')}
            </Button>
            {name !== '' && <Button onClick={() => set(undefined)}>{t('picture.clear')}</Button>}
          </span>
        )}
      </div>
      {open && (
        <PictureChooser
          use={use}
          close={() => setOpen(false)}
          choose={(chosen) => {
            set(chosen)
            setOpen(false)
          }}
        />
      )}
    </div>
  )
}
