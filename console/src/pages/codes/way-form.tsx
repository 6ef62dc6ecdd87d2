import { Form, Input, InputNumber, Select, Switch } from 'antd'
import { groupLimits } from '../../../../rules/wecom/limits-groups.js'
import { useWords } from '../../words/use-words.js'

/** A contact way's definition while it is typed. */
export type Definition = Readonly<Record<string, unknown>>

const list = (value: unknown) => (Array.isArray(value) ? value.map(String) : value === undefined ? [] : [String(value)])
const text = (value: unknown) => (typeof value === 'string' ? value : '')

/** The plain fields of a contact way; rotas, holidays and pictures of the welcome are written as JSON beside it. */
export function WayForm(props: {
  value: Definition
  change(value: Definition): void
  off: boolean
  isNew: boolean
  fault(name: string): { validateStatus?: 'error'; help?: string }
}) {
  const { value, change, off, isNew, fault } = props
  const { t } = useWords()
  const set = (name: string, next: unknown) => {
    const { [name]: _, ...rest } = value
    change(
      next === undefined || next === '' || (Array.isArray(next) && next.length === 0)
        ? rest
        : { ...rest, [name]: next },
    )
  }
  const rota = value['slots'] !== undefined
  const words = list(
    (Array.isArray(value['welcome']) ? value['welcome'] : []).map((part) => textOf(part)).filter(Boolean),
  ).join('\n')
  return (
    <Form layout="vertical" requiredMark={false}>
      <Form.Item label={t('col.name')} {...fault('name')}>
        <Input
          value={text(value['name'])}
          disabled={off}
          maxLength={30}
          onChange={({ target }) => set('name', target.value)}
          data-testid="way-name"
        />
      </Form.Item>
      {isNew && (
        <Form.Item
          label={t('col.channel-code')}
          extra={t('way.edit.state.about', { most: groupLimits.joinState.value })}
          {...fault('state')}
        >
          <Input
            value={text(value['state'])}
            disabled={off}
            maxLength={30}
            onChange={({ target }) => set('state', target.value)}
          />
        </Form.Item>
      )}
      <Form.Item
        label={t('col.staff')}
        extra={rota ? t('way.edit.rota') : t('way.edit.staff.about')}
        {...fault('staff')}
      >
        <Select
          mode="tags"
          value={list(value['staff'])}
          disabled={off || rota}
          aria-label={t('col.staff')}
          tokenSeparators={[',', '，', ' ']}
          onChange={(staff) => set('staff', staff)}
          data-testid="way-staff"
        />
      </Form.Item>
      <Form.Item label={t('way.edit.spare')} {...fault('spare')}>
        <Select
          mode="tags"
          value={list(value['spare'])}
          disabled={off}
          aria-label={t('way.edit.spare')}
          onChange={(spare) => set('spare', spare)}
        />
      </Form.Item>
      <Form.Item label={t('way.edit.cap')} {...fault('dailyCap')}>
        <InputNumber
          value={typeof value['dailyCap'] === 'number' ? value['dailyCap'] : null}
          min={1}
          max={100_000}
          precision={0}
          disabled={off}
          onChange={(cap) => set('dailyCap', cap ?? undefined)}
        />
      </Form.Item>
      <Form.Item label={t('way.edit.remark')} extra={t('way.edit.remark.about')} {...fault('remark')}>
        <Input
          value={text(value['remark'])}
          disabled={off}
          maxLength={30}
          onChange={({ target }) => set('remark', target.value)}
        />
      </Form.Item>
      <Form.Item label={t('col.tags')} {...fault('tags')}>
        <Select
          mode="tags"
          value={list(value['tags'])}
          disabled={off}
          aria-label={t('col.tags')}
          onChange={(tags) => set('tags', tags)}
        />
      </Form.Item>
      <Form.Item label={t('way.edit.welcome')} extra={t('way.edit.welcome.about')} {...fault('welcome')}>
        <Input.TextArea
          value={words}
          disabled={off}
          rows={3}
          maxLength={1300}
          onChange={({ target }) => set('welcome', withText(value['welcome'], target.value))}
        />
      </Form.Item>
      <Form.Item label={t('way.edit.confirm')}>
        <Switch
          checked={value['confirm'] === true}
          disabled={off}
          onChange={(on) => set('confirm', on ? true : undefined)}
        />
      </Form.Item>
    </Form>
  )
}

const textOf = (part: unknown): string =>
  typeof part === 'string' ? part : typeof part === 'object' && part !== null && 'text' in part ? String(part.text) : ''

/** The welcome with other words; pictures, cards and the rest stay behind them. */
function withText(welcome: unknown, words: string): unknown[] {
  const others = (Array.isArray(welcome) ? welcome : []).filter((part) => textOf(part) === '')
  return words.trim() === '' ? others : [{ text: words }, ...others]
}
