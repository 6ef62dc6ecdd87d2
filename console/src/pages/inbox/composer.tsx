import { PictureOutlined, SendOutlined, ThunderboltOutlined } from '@ant-design/icons'
import { Alert, Button, Input, Popover, Segmented, Tooltip } from 'antd'
import type { TextAreaRef } from 'antd/es/input/TextArea'
import { type ClipboardEvent, type KeyboardEvent, useRef, useState } from 'react'
import { call } from '../../api/browser.js'
import type { Conversation, ConversationEntry, ReadyMessage } from '../../api/types.js'
import { useAct } from '../../api/use-act.js'
import { given } from '../../api/use-call.js'
import { useDraft } from '../../state/use-draft.js'
import { useWords } from '../../words/use-words.js'
import { smallPicture } from './picture.js'
import { ReadyPicker } from './ready.js'
import { gapsOf } from './rows.js'

const MOST_TEXT = 2000

/** What staff write: to the person while they have the conversation, else notes only. Kept per conversation until it is sent. */
export function Composer(props: {
  conversation: Conversation
  staff: string
  mine: boolean
  shut: boolean
  added(entry: ConversationEntry | undefined): void
}) {
  const { conversation, staff, mine, shut, added } = props
  const { _id: id } = conversation
  const { t } = useWords()
  const { busy, act } = useAct()
  const [kind, setKind] = useState<'reply' | 'note'>(mine ? 'reply' : 'note')
  const mode = mine && conversation.state !== 'closed' ? kind : 'note'
  const reply = useDraft(`inbox-${id}`, '')
  const note = useDraft(`inbox-note-${id}`, '')
  const draft = mode === 'reply' ? reply : note
  const [picking, setPicking] = useState(false)
  const area = useRef<TextAreaRef>(null)
  const file = useRef<HTMLInputElement>(null)
  /** The same press of a button that is repeated is the same message. */
  const key = useRef<string>(undefined)
  const gaps = mode === 'reply' ? gapsOf(draft.value) : []

  async function send(body: { text?: string; article?: string; card?: string }, after: () => void): Promise<void> {
    key.current ??= crypto.randomUUID()
    const asked = { params: { id }, key: key.current }
    const done = await act(async () => {
      if (mode === 'note') await call('noteInConversation', { ...asked, body: { staff, text: body.text ?? '' } })
      else added(await call('sayInConversation', { ...asked, body: { staff, ...given(body) } as never }))
    })
    key.current = undefined
    if (done) after()
    area.current?.focus()
  }

  function sendText(): void {
    const text = draft.value.trim()
    if (text === '' || gaps.length > 0 || busy) return
    void send({ text }, draft.drop)
  }

  async function sendPicture(picture: Blob | null | undefined): Promise<void> {
    if (!picture || mode === 'note') return
    await act(async () => {
      const encoded = await smallPicture(picture)
      added(await call('sendPicture', { params: { id }, body: { staff, picture: encoded } }))
    })
  }

  function pick(ready: ReadyMessage): void {
    setPicking(false)
    const article = ready.kind === 'article' ? ready.slug : ready.article
    const card = ready.kind === 'card' ? ready.slug : ready.card
    if (ready.text !== undefined) {
      const before = draft.value.startsWith('/') ? '' : draft.value
      draft.set(before === '' ? ready.text : `${before}\n${ready.text}`)
      area.current?.focus()
    } else
      void send(article !== undefined ? { article } : card !== undefined ? { card } : {}, () => {
        if (draft.value.startsWith('/')) draft.drop()
      })
  }

  function press(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing || event.key !== 'Enter' || event.shiftKey) return
    event.preventDefault()
    sendText()
  }

  function pasted(event: ClipboardEvent): void {
    const found = [...event.clipboardData.items].find(({ type }) => type.startsWith('image/'))
    if (!found || mode === 'note') return
    event.preventDefault()
    void sendPicture(found.getAsFile())
  }

  return (
    <div className={mode === 'note' ? 'composer remarks' : 'composer'}>
      <div className="composer-head">
        <Segmented<'reply' | 'note'>
          size="small"
          value={mode}
          onChange={setKind}
          options={[
            { value: 'reply', label: t('inbox.reply'), disabled: !mine || conversation.state === 'closed' },
            { value: 'note', label: t('inbox.note') },
          ]}
        />
        <span className="grow" />
        {mode === 'reply' && (
          <>
            <Popover
              open={picking}
              onOpenChange={setPicking}
              trigger="click"
              placement="topRight"
              destroyOnHidden
              content={
                <ReadyPicker id={id} start={draft.value.startsWith('/') ? draft.value.slice(1) : ''} pick={pick} />
              }
            >
              <Button size="small" icon={<ThunderboltOutlined />} data-testid="open-ready">
                {t('inbox.ready')}
              </Button>
            </Popover>
            <Tooltip title={t('inbox.picture.send')}>
              <Button
                size="small"
                icon={<PictureOutlined />}
                aria-label={t('inbox.picture.send')}
                onClick={() => file.current?.click()}
              />
            </Tooltip>
            <input
              ref={file}
              type="file"
              accept="image/png,image/jpeg,image/webp,image/gif"
              className="hidden"
              tabIndex={-1}
              aria-hidden
              data-testid="picture-file"
              onChange={({ target }) => {
                void sendPicture(target.files?.[0])
                target.value = ''
              }}
            />
          </>
        )}
      </div>
      {gaps.length > 0 && <Alert type="warning" banner title={t('inbox.gaps', { gaps: gaps.join(' ') })} />}
      {mode === 'reply' && shut && <Alert type="warning" banner title={t('inbox.window.shut')} />}
      <div className="composer-body">
        <Input.TextArea
          ref={area}
          value={draft.value}
          onChange={({ target }) => {
            if (mode === 'reply' && target.value === '/' && draft.value === '') setPicking(true)
            else draft.set(target.value)
          }}
          onKeyDown={press}
          onPaste={pasted}
          rows={2}
          maxLength={MOST_TEXT}
          placeholder={t(mode === 'reply' ? 'inbox.reply.place' : 'inbox.note.place')}
          aria-label={t(mode === 'reply' ? 'inbox.reply' : 'inbox.note')}
          data-testid="composer"
        />
        <Button
          type="primary"
          icon={<SendOutlined />}
          loading={busy}
          disabled={draft.value.trim() === '' || gaps.length > 0}
          onClick={sendText}
          data-testid="send"
        >
          {t(mode === 'reply' ? 'inbox.send' : 'inbox.note.save')}
        </Button>
      </div>
    </div>
  )
}
