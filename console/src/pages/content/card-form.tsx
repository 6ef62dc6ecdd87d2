import { Input } from 'antd'
import { limits } from '../../../../rules/official-account/limits.js'
import { useWords } from '../../words/use-words.js'
import { Field, signs } from './field.js'
import { PictureField } from './picture-field.js'
import { type FormProps, fieldsOf, textOf } from './shapes.js'

/** A mini-program card. */
export function CardForm({ content, change, readOnly, problems }: FormProps) {
  const { t } = useWords()
  const text = (name: string) => textOf(content[name])
  const input = (name: string, label: string) => (
    <Input
      value={text(name)}
      onChange={({ target }) => change({ [name]: target.value })}
      readOnly={readOnly}
      aria-label={label}
      data-testid={name}
    />
  )
  const length = { now: signs(text('title')), most: limits.cardTitle.value }
  return (
    <div className="stack">
      <Field label={t('card.title')} of="title" problems={problems} length={length}>
        {input('title', t('card.title'))}
      </Field>
      <Field label={t('card.thumb')} of="thumb" about={t('card.thumb.about')} problems={problems}>
        <PictureField name={text('thumb')} set={(thumb) => change({ thumb })} use="thumb" readOnly={readOnly} />
      </Field>
      <Field label={t('card.appid')} of="appid" about={t('card.appid.about')} problems={problems}>
        {input('appid', t('card.appid'))}
      </Field>
      <Field label={t('card.path')} of="path" about={t('card.path.about')} problems={problems}>
        {input('path', t('card.path'))}
      </Field>
      <Field label={t('card.params')} of="params" about={t('card.params.about')} problems={problems}>
        <Pairs value={content['params']} set={(params) => change({ params })} readOnly={readOnly} />
      </Field>
      <div className="field-row">
        <Field label={t('card.app')} of="app" problems={problems}>
          {input('app', t('card.app'))}
        </Field>
        <Field label={t('card.url')} of="url" about={t('card.url.about')} problems={problems}>
          {input('url', t('card.url'))}
        </Field>
      </div>
    </div>
  )
}

/** Names and values, one a line; the text stays as it is typed. */
function Pairs(props: { value: unknown; set(value: object | undefined): void; readOnly: boolean }) {
  const { t } = useWords()
  const given = Object.entries(fieldsOf(props.value)).map(([name, value]) => `${name}=${textOf(value)}`)
  return (
    <Input.TextArea
      defaultValue={given.join('\n')}
      onChange={({ target }) => {
        const pairs = target.value.split('\n').filter((line) => line.trim() !== '')
        const parts = pairs.map((line) => {
          const at = line.indexOf('=')
          return at < 0 ? [line.trim(), ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()]
        })
        props.set(parts.length === 0 ? undefined : Object.fromEntries(parts))
      }}
      readOnly={props.readOnly}
      rows={2}
      placeholder="from=oa"
      aria-label={t('card.params')}
    />
  )
}
