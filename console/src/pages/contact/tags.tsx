import { Alert, Input, Tag } from 'antd'
import { useState } from 'react'
import { call } from '../../api/browser.js'
import type { Answer } from '../../api/client.js'
import type { Contact } from '../../api/types.js'
import { useAct } from '../../api/use-act.js'
import { useMay } from '../../session/use-session.js'
import { useWords } from '../../words/use-words.js'

/** Her tags; adding and removing go to the platforms too, where a tag is mirrored. */
export function Tags({ contact, again }: { contact: Contact; again(): void }) {
  const { t } = useWords()
  const may = useMay()('contacts:write')
  const { busy, act } = useAct()
  const [text, setText] = useState('')
  const [there, setThere] = useState<Answer<'tagContact'>['mirrored']>([])
  const change = (add: string[], remove: string[]) =>
    act(async () => {
      const { mirrored } = await call('tagContact', { params: { id: contact.id }, body: { add, remove } })
      setThere(mirrored)
      setText('')
      again()
    }, t('cust.saved'))
  const refused = there.flatMap(({ account, refused: each }) => each.map((one) => ({ ...one, account })))
  const taken = there.filter(({ tags }) => tags.length > 0).map(({ account }) => account)
  return (
    <div className="stack">
      <div>
        {contact.tags.length === 0 && <span className="quiet">{t('cust.tag.none')}</span>}
        {contact.tags.map((tag) => (
          <Tag
            key={tag}
            closable={may && { 'aria-label': t('cust.tag.remove', { tag }) }}
            onClose={(event) => {
              event.preventDefault()
              if (!busy) void change([], [tag])
            }}
          >
            {tag}
          </Tag>
        ))}
        {taken.length > 0 && (
          <span className="quiet">{t('cust.tag.there', { account: taken.join(t('list.comma')) })}</span>
        )}
      </div>
      {refused.map(({ account, tag, reason }) => (
        <Alert
          key={`${account}:${tag}`}
          type="warning"
          showIcon
          title={t('cust.tag.refused', { account, tag, reason })}
        />
      ))}
      {may && (
        <Input.Search
          className="filter wide"
          value={text}
          onChange={({ target }) => setText(target.value)}
          placeholder={t('cust.tag.add')}
          aria-label={t('cust.tag.add')}
          enterButton={t('cust.tag.add')}
          loading={busy}
          maxLength={80}
          onSearch={(value) => {
            const tag = value.trim()
            if (tag !== '') void change([tag], [])
          }}
          data-testid="add-tag"
        />
      )}
    </div>
  )
}
