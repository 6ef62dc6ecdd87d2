import { MenuOutlined } from '@ant-design/icons'
import { useState } from 'react'
import { useWords } from '../../words/use-words.js'
import type { Menu } from './model.js'

/** The menu as the phone shows it below the chat; names that are too long are cut there as on the phone. */
export function Phone({ menu, name }: { menu: Menu; name: string }) {
  const { t } = useWords()
  const [open, setOpen] = useState<number>()
  return (
    <figure className="phone" aria-label={t('menu.preview')} data-testid="phone">
      <div className="phone-head">{name}</div>
      <div className="phone-chat">
        <div className="phone-said">{t('menu.preview.hello')}</div>
      </div>
      <div className="phone-bar">
        <span className="phone-keyboard" aria-hidden="true">
          ⌨
        </span>
        {menu.buttons.length === 0 && <span className="quiet">{t('menu.preview.none')}</span>}
        {menu.buttons.slice(0, 3).map((button, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: buttons have no name of their own
          <div className="phone-top" key={index}>
            {open === index && button.buttons && (
              <ul className="phone-subs">
                {button.buttons.map((sub, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: buttons have no name of their own
                  <li key={at}>{sub.name || '　'}</li>
                ))}
              </ul>
            )}
            <button
              type="button"
              onClick={() => setOpen(open === index ? undefined : index)}
              aria-expanded={open === index}
            >
              {button.buttons && <MenuOutlined />} {button.name || '　'}
            </button>
          </div>
        ))}
      </div>
    </figure>
  )
}
