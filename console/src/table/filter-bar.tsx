import { DownloadOutlined, ReloadOutlined } from '@ant-design/icons'
import { App, Button, Input, Select, Switch } from 'antd'
import { type ReactNode, useState } from 'react'
import { useAct } from '../api/use-act.js'
import { useWords } from '../words/use-words.js'
import type { AnyWord } from '../words/words.js'

/** Something a list can be narrowed by. */
export interface Filter {
  /** Its name in the address. */
  name: string
  word: AnyWord
  /** Choices; without them a text, with `flag` a switch. */
  choices?: readonly { value: string; label: string }[]
  flag?: true
}

/** The filters of a list, with asking anew and the export. */
export function FilterBar(props: {
  filters: readonly Filter[]
  values: Readonly<Record<string, string>>
  change(values: Readonly<Record<string, string>>): void
  busy: boolean
  again(): void
  export(told: (rows: number) => void): Promise<{ rows: number; more: boolean }>
  children?: ReactNode
}) {
  const { filters, values, change, busy, again, children } = props
  const { t } = useWords()
  const { message } = App.useApp()
  const { busy: saving, act } = useAct()
  const [rows, setRows] = useState(0)
  const set = (name: string, value: string | undefined) => {
    const { [name]: _, ...others } = values
    change(value ? { ...others, [name]: value } : others)
  }
  return (
    <search className="filters">
      {filters.map(({ name, word, choices, flag }) => {
        const value = values[name]
        if (flag) {
          return (
            <span key={name} className="flag">
              <Switch
                size="small"
                aria-label={t(word)}
                checked={value === 'true'}
                onChange={(on) => set(name, on ? 'true' : undefined)}
              />
              {t(word)}
            </span>
          )
        }
        if (choices) {
          return (
            <Select
              key={name}
              allowClear
              placeholder={t(word)}
              aria-label={t(word)}
              value={value ?? null}
              options={[...choices]}
              onChange={(chosen: string | null | undefined) => set(name, chosen ?? undefined)}
              popupMatchSelectWidth={false}
              className="filter"
            />
          )
        }
        return (
          <Input.Search
            key={`${name}:${value ?? ''}`}
            allowClear
            placeholder={t(word)}
            aria-label={t(word)}
            defaultValue={value ?? ''}
            onSearch={(text) => set(name, text.trim() || undefined)}
            className="filter wide"
          />
        )
      })}
      <span className="grow" />
      {children}
      <Button icon={<ReloadOutlined spin={busy} />} onClick={again} aria-label={t('act.refresh')} />
      <Button
        icon={<DownloadOutlined />}
        loading={saving}
        data-testid="export"
        onClick={() =>
          act(async () => {
            const saved = await props.export(setRows)
            if (saved.more) message.warning(t('export.cut', { n: saved.rows }))
            else message.success(t('export.done', { n: saved.rows }))
          })
        }
      >
        {saving && rows > 0 ? t('export.rows', { n: rows }) : 'CSV'}
      </Button>
    </search>
  )
}
