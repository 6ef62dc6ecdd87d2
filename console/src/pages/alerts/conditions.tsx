import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { AutoComplete, Button, Input, Select } from 'antd'
import type { AlertRule } from '../../api/types.js'
import { useWords } from '../../words/use-words.js'
import { type ConditionLine, conditionOf, lineOf, TESTS, type Test } from './rule.js'

type Where = NonNullable<AlertRule['where']>

const WORDS = {
  is: 'alert-edit.test.is',
  not: 'alert-edit.test.not',
  atLeast: 'alert-edit.test.atLeast',
  atMost: 'alert-edit.test.atMost',
  contains: 'alert-edit.test.contains',
  oneOf: 'alert-edit.test.oneOf',
} as const

/** Conditions on the event; all must hold. */
export function Conditions(props: {
  where: Where
  variables: readonly string[]
  fixed: boolean
  change(where: Where): void
}) {
  const { where, variables, fixed, change } = props
  const { t } = useWords()
  const lines = where.map(lineOf)
  const set = (at: number, next: Partial<ConditionLine>) =>
    change(lines.map((line, index) => conditionOf(index === at ? { ...line, ...next } : line)))
  return (
    <div className="stack">
      {lines.map((line, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line has no name of its own
        <div key={at} className="filters">
          <AutoComplete
            className="filter wide"
            value={line.field}
            options={variables.map((name) => ({ value: name.replace(/\|.*/, '') }))}
            placeholder={t('alert-edit.field')}
            aria-label={t('alert-edit.field')}
            onChange={(field: string) => set(at, { field })}
          />
          <Select<Test>
            className="filter"
            value={line.test}
            aria-label={t('alert-edit.test')}
            options={TESTS.map((value) => ({ value, label: t(WORDS[value]) }))}
            onChange={(test) => set(at, { test })}
          />
          <Input
            className="filter wide"
            value={line.value}
            placeholder={t('alert-edit.value')}
            aria-label={t('alert-edit.value')}
            onChange={({ target }) => set(at, { value: target.value })}
          />
          {!fixed && (
            <Button
              type="text"
              icon={<DeleteOutlined />}
              aria-label={t('alert-edit.remove')}
              onClick={() => change(where.filter((_, index) => index !== at))}
            />
          )}
        </div>
      ))}
      {!fixed && (
        <div>
          <Button
            size="small"
            icon={<PlusOutlined />}
            onClick={() => change([...where, conditionOf({ field: '', test: 'is', value: '' })])}
          >
            {t('alert-edit.where.add')}
          </Button>
        </div>
      )}
    </div>
  )
}
