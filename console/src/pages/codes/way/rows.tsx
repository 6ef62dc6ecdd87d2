import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { type ReactNode, useEffect, useRef } from 'react'
import { useWords } from '../../../words/use-words.js'
import type { Faulty } from './faults.js'
import { Wrong } from './field.js'

/** A button that adds a row. */
export interface Adding {
  label: string
  fresh(): unknown
  off?: boolean
}

/** Rows of a list: each with its name and what is wrong with the whole of it; added below, moved, taken away. */
export function Rows(props: {
  /** The field that holds the list; rows are known as `slots[0]`. */
  name: string
  rows: readonly unknown[]
  set(rows: readonly unknown[]): void
  off: boolean
  title(row: unknown, number: number): string
  wrong(path: string): readonly Faulty[]
  adds: readonly Adding[]
  /** The order means something. */
  ordered?: boolean
  children(row: unknown, set: (row: unknown) => void, path: string): ReactNode
}) {
  const { name, rows, set, off, title, wrong, adds, ordered = false, children } = props
  const { t } = useWords()
  const list = useRef<HTMLDivElement>(null)
  const added = useRef(false)
  useEffect(() => {
    if (!added.current) return
    added.current = false
    list.current?.querySelector<HTMLElement>(`[data-row="${name}[${rows.length - 1}]"] :is(input, textarea)`)?.focus()
  }, [name, rows.length])
  const swap = (one: number, other: number) =>
    set(rows.map((row, at) => (at === one ? rows[other] : at === other ? rows[one] : row)))

  return (
    <div className="way-rows" ref={list}>
      {rows.map((row, at) => {
        const path = `${name}[${at}]`
        const called = title(row, at + 1)
        const act = (word: string, icon: ReactNode, doing: () => void, able = true) => (
          <Button
            type="text"
            size="small"
            icon={icon}
            aria-label={`${word} ${called}`}
            disabled={!able}
            onClick={doing}
          />
        )
        return (
          <section key={path} className="way-row" aria-label={called} data-row={path}>
            <header>
              <h4>{called}</h4>
              {!off && (
                <span>
                  {ordered && act(t('way.edit.up'), <ArrowUpOutlined />, () => swap(at, at - 1), at > 0)}
                  {ordered &&
                    act(t('way.edit.down'), <ArrowDownOutlined />, () => swap(at, at + 1), at < rows.length - 1)}
                  {act(t('way.edit.take'), <DeleteOutlined />, () => set(rows.filter((_, index) => index !== at)))}
                </span>
              )}
            </header>
            {wrong(path).map((one, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: places of a row, always the same
              <Wrong key={index} of={one} />
            ))}
            {children(row, (next) => set(rows.map((one, index) => (index === at ? next : one))), path)}
          </section>
        )
      })}
      {!off && (
        <div className="way-adds">
          {adds.map(({ label, fresh, off: unable = false }) => (
            <Button
              key={label}
              size="small"
              icon={<PlusOutlined />}
              disabled={unable}
              onClick={() => {
                added.current = true
                set([...rows, fresh()])
              }}
            >
              {label}
            </Button>
          ))}
        </div>
      )}
    </div>
  )
}
