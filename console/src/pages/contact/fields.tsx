import { Button, Card, Form, Input, Modal } from 'antd'
import { useState } from 'react'
import { call } from '../../api/browser.js'
import type { ApiProblem } from '../../api/problem.js'
import type { Contact } from '../../api/types.js'
import { useAct } from '../../api/use-act.js'
import { useMay } from '../../session/use-session.js'
import { Fields as Lines } from '../../shell/bits.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useDraft } from '../../state/use-draft.js'
import { useWords } from '../../words/use-words.js'
import { isMasked, Revealable } from './reveal.js'

/** Fields that everybody may have; others come from the shop and stand below them. */
const KNOWN = {
  remark: 'cust.field.remark',
  name: 'cust.field.name',
  nickname: 'cust.field.nickname',
  phone: 'cust.field.phone',
  city: 'cust.field.city',
  gender: 'cust.field.gender',
  birthday: 'cust.field.birthday',
  address: 'cust.field.address',
} as const
type Known = keyof typeof KNOWN
const isKnown = (name: string): name is Known => Object.hasOwn(KNOWN, name)
const OFFERED: readonly Known[] = ['remark', 'name', 'city']

/** Her remark and fields, and a dialog to change them. */
export function Fields({ contact, again }: { contact: Contact; again(): void }) {
  const { t } = useWords()
  const may = useMay()('contacts:write')
  const [open, setOpen] = useState(false)
  const titleOf = (name: string) => (isKnown(name) ? t(KNOWN[name]) : name)
  const entries = Object.entries(contact.profile).toSorted(([a], [b]) => place(a) - place(b))
  return (
    <Card
      size="small"
      title={t('cust.fields')}
      extra={
        may && (
          <Button size="small" onClick={() => setOpen(true)}>
            {t('cust.edit')}
          </Button>
        )
      }
    >
      {entries.length === 0 && <span className="quiet">—</span>}
      <Lines
        lines={entries.map(([name, value]) => {
          const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
          const field = `profile.${name}`
          const line = <Revealable key={name} path={`/contacts/${contact.id}`} field={field} value={text} />
          return [titleOf(name), line] as const
        })}
      />
      {open && <Edit contact={contact} titleOf={titleOf} after={again} close={() => setOpen(false)} />}
    </Card>
  )
}

function Edit(props: { contact: Contact; titleOf(name: string): string; after(): void; close(): void }) {
  const { contact, titleOf, after, close } = props
  const { t, moment } = useWords()
  const { busy, act } = useAct()
  const [problem, setProblem] = useState<ApiProblem>()
  const draft = useDraft(`fields:${contact.id}`, '{}')
  const changed = read(draft.value)
  const now = (name: string) => {
    const value = contact.profile[name]
    return value === undefined || typeof value === 'object' ? '' : String(value)
  }
  const names = [...new Set([...OFFERED, ...Object.keys(contact.profile)])].filter(
    (name) => typeof contact.profile[name] !== 'object',
  )

  async function save(): Promise<void> {
    const fields = Object.fromEntries(
      Object.entries(changed).map(([name, text]) => [name, text.trim() === '' ? null : text.trim()]),
    )
    const send = () => call('editContact', { params: { id: contact.id }, body: { fields } })
    if (!(await act(send, t('cust.saved'), setProblem))) return
    draft.drop()
    close()
    after()
  }
  return (
    <Modal
      open
      title={t('cust.edit')}
      onCancel={close}
      onOk={save}
      okText={t('act.save')}
      cancelText={t('act.cancel')}
      okButtonProps={{ loading: busy, disabled: Object.keys(changed).length === 0 }}
    >
      <div className="stack">
        <p className="quiet">{t('cust.edit.about')}</p>
        {draft.restored && draft.value !== '{}' && (
          <p className="warn">{t('draft.restored', { at: moment(draft.restored) })}</p>
        )}
        {problem && <ProblemAlert problem={problem} />}
        <Form layout="vertical">
          {names.map((name) => (
            <Form.Item key={name} label={titleOf(name)} htmlFor={`field-${name}`}>
              <Input
                id={`field-${name}`}
                value={changed[name] ?? now(name)}
                disabled={isMasked(now(name))}
                maxLength={1000}
                onChange={({ target }) => {
                  const { [name]: _, ...rest } = changed
                  const next = target.value === now(name) ? rest : { ...rest, [name]: target.value }
                  draft.set(JSON.stringify(next))
                }}
              />
            </Form.Item>
          ))}
        </Form>
      </div>
    </Modal>
  )
}

function place(name: string): number {
  const index = Object.keys(KNOWN).indexOf(name)
  return index === -1 ? 99 : index
}

function read(text: string): Record<string, string> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return {}
    return Object.fromEntries(Object.entries(value).filter(([, one]) => typeof one === 'string'))
  } catch {
    return {}
  }
}
