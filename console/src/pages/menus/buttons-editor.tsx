import {
  ArrowDownOutlined,
  ArrowLeftOutlined,
  ArrowRightOutlined,
  ArrowUpOutlined,
  CloseOutlined,
  PlusOutlined,
} from '@ant-design/icons'
import { Button as Press } from 'antd'
import type { ReactNode } from 'react'
import { limits } from '../../../../rules/official-account/limits.js'
import { useWords } from '../../words/use-words.js'
import { type Button, type Menu, swap } from './model.js'
import { Sized, TargetInput, type Targets } from './target-input.js'

interface Problem {
  field: string
  message: string
  fix: string
  severity: 'error' | 'warning'
}

interface EditorProps {
  menu: Menu
  change(menu: Menu): void
  off: boolean
  targets: Targets
  problems: readonly Problem[]
}

/** The buttons of a menu: up to three, each with up to five under it; the platform's limits stand beside the fields. */
export function ButtonsEditor({ menu, change, off, targets, problems }: EditorProps) {
  const { t } = useWords()
  const { buttons } = menu
  const set = (next: Button[]) => change({ ...menu, buttons: next })
  const most = limits.menuButtons.value
  return (
    <div className="menu-tops">
      {buttons.map((button, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: buttons have no name of their own, two may be called alike
        <section className="menu-top panel" key={index} data-testid={`top-${index + 1}`}>
          <header>
            <h3>{t('menu.top', { n: index + 1 })}</h3>
            {!off && (
              <Tools
                first={<ArrowLeftOutlined />}
                second={<ArrowRightOutlined />}
                move={(by) => set(swap(buttons, index, by))}
                drop={() => set(buttons.toSpliced(index, 1))}
              />
            )}
          </header>
          <Sized
            value={button.name}
            label={t('menu.name')}
            off={off}
            most={limits.menuNameBytes.value}
            change={(name) => set(buttons.with(index, { ...button, name }))}
            testid={`name-${index + 1}`}
          />
          <Lines of={problems} at={`buttons[${index}]`} deep={button.buttons === undefined} />
          {button.buttons === undefined ? (
            <TargetInput
              button={button}
              off={off}
              targets={targets}
              change={(next) => set(buttons.with(index, next))}
            />
          ) : (
            <SubButtons
              of={button.buttons}
              at={index}
              off={off}
              targets={targets}
              problems={problems}
              change={(next) =>
                set(
                  buttons.with(
                    index,
                    next.length > 0 ? { name: button.name, buttons: next } : { name: button.name, keyword: '' },
                  ),
                )
              }
            />
          )}
          {!off && button.buttons === undefined && (
            <Press size="small" icon={<PlusOutlined />} onClick={() => set(buttons.with(index, opened(button)))}>
              {t('menu.open')}
            </Press>
          )}
        </section>
      ))}
      {!off && buttons.length < most && (
        <Press
          icon={<PlusOutlined />}
          onClick={() => set([...buttons, { name: '', keyword: '' }])}
          data-testid="add-top"
        >
          {t('menu.add', { n: buttons.length, most })}
        </Press>
      )}
      <Lines of={problems} at="tag" deep />
      {problems
        .filter(({ field }) => field === 'buttons' || field === '')
        .map((one) => (
          <ProblemLine key={one.message} of={one} />
        ))}
    </div>
  )
}

/** A button that did something becomes the first one under it. */
const opened = (button: Button): Button => ({ name: button.name, buttons: [{ ...button }] })

function SubButtons(props: {
  of: Button[]
  at: number
  change(buttons: Button[]): void
  off: boolean
  targets: Targets
  problems: readonly Problem[]
}) {
  const { of: buttons, at, change, off, targets, problems } = props
  const { t } = useWords()
  const most = limits.menuSubButtons.value
  return (
    <div className="menu-subs">
      {buttons.map((button, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: buttons have no name of their own, two may be called alike
        <div className="menu-sub" key={index}>
          <div className="menu-sub-head">
            <Sized
              value={button.name}
              label={t('menu.name')}
              off={off}
              most={limits.menuSubNameBytes.value}
              change={(name) => change(buttons.with(index, { ...button, name }))}
              testid={`name-${at + 1}.${index + 1}`}
            />
            {!off && (
              <Tools
                first={<ArrowUpOutlined />}
                second={<ArrowDownOutlined />}
                move={(by) => change(swap(buttons, index, by))}
                drop={() => change(buttons.toSpliced(index, 1))}
              />
            )}
          </div>
          <TargetInput
            button={button}
            off={off}
            targets={targets}
            change={(next) => change(buttons.with(index, next))}
          />
          <Lines of={problems} at={`buttons[${at}].buttons[${index}]`} deep />
        </div>
      ))}
      {!off && buttons.length < most && (
        <Press size="small" icon={<PlusOutlined />} onClick={() => change([...buttons, { name: '', keyword: '' }])}>
          {t('menu.add-sub', { n: buttons.length, most })}
        </Press>
      )}
    </div>
  )
}

function Tools({
  first,
  second,
  move,
  drop,
}: {
  first: ReactNode
  second: ReactNode
  move(by: -1 | 1): void
  drop(): void
}) {
  const { t } = useWords()
  const look = { size: 'small', type: 'text' } as const
  return (
    <span className="menu-tools">
      <Press {...look} icon={first} aria-label={t('menu.before')} onClick={() => move(-1)} />
      <Press {...look} icon={second} aria-label={t('menu.after')} onClick={() => move(1)} />
      <Press {...look} icon={<CloseOutlined />} aria-label={t('menu.remove')} onClick={drop} />
    </span>
  )
}

/** What is wrong at a button; `deep`: with what is below it. */
function Lines({ of, at, deep }: { of: readonly Problem[]; at: string; deep: boolean }) {
  const own = of.filter(({ field }) => {
    const rest = field.slice(at.length)
    return field.startsWith(at) && (rest === '' || rest.startsWith('.')) && (deep || !rest.startsWith('.buttons['))
  })
  return own.map((one) => <ProblemLine key={`${one.field}${one.message}`} of={one} />)
}

function ProblemLine({ of: { message, fix, severity } }: { of: Problem }) {
  return (
    <div className={severity === 'error' ? 'bad' : 'warn'} role="alert">
      {message} <span className="quiet">{fix}</span>
    </div>
  )
}
