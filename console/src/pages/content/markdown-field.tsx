import {
  AppstoreOutlined,
  BoldOutlined,
  FileTextOutlined,
  FontSizeOutlined,
  ItalicOutlined,
  LineOutlined,
  LinkOutlined,
  PictureOutlined,
  UnorderedListOutlined,
} from '@ant-design/icons'
import { Button, Modal, Tooltip } from 'antd'
import { type ReactNode, useRef, useState } from 'react'
import { useWords } from '../../words/use-words.js'
import type { AnyWord } from '../../words/words.js'
import { ItemPicker } from './item-picker.js'
import { PictureChooser } from './picture-chooser.js'

/** What is put around or in place of the selected text. */
interface Tool {
  word: AnyWord
  icon: ReactNode
  make(selected: string): string
}

const lines = (mark: string) => (text: string) =>
  text
    .split('\n')
    .map((line) => `${mark}${line}`)
    .join('\n')

/** Markdown with the buttons for those who do not know it. */
export function MarkdownField(props: { value: string; set(value: string): void; readOnly: boolean }) {
  const { value, set, readOnly } = props
  const { t } = useWords()
  const field = useRef<HTMLTextAreaElement>(null)
  const [asked, setAsked] = useState<'picture' | 'articles' | 'cards'>()
  const some = t('tool.text')
  const tools: readonly Tool[] = [
    { word: 'tool.bold', icon: <BoldOutlined />, make: (text) => `**${text || some}**` },
    { word: 'tool.italic', icon: <ItalicOutlined />, make: (text) => `*${text || some}*` },
    { word: 'tool.heading', icon: <FontSizeOutlined />, make: (text) => `\n## ${text || some}\n` },
    { word: 'tool.list', icon: <UnorderedListOutlined />, make: (text) => lines('- ')(text || some) },
    { word: 'tool.quote', icon: <span aria-hidden>❝</span>, make: (text) => lines('> ')(text || some) },
    { word: 'tool.line', icon: <LineOutlined />, make: (text) => `${text}\n\n---\n\n` },
    { word: 'tool.link', icon: <LinkOutlined />, make: (text) => `[${text || some}](https://)` },
  ]

  /** Puts a text in place of the selection in a way that the browser can undo. */
  function insert(make: Tool['make']): void {
    const area = field.current
    if (!area) return
    area.focus()
    const text = make(area.value.slice(area.selectionStart, area.selectionEnd))
    if (!document.execCommand('insertText', false, text)) {
      area.setRangeText(text, area.selectionStart, area.selectionEnd, 'end')
      set(area.value)
    }
  }

  function chosen(name: string | undefined): void {
    const what = asked
    setAsked(undefined)
    if (name === undefined || what === undefined) return
    // The dialog gives the focus back when it has gone.
    setTimeout(() => {
      if (what === 'picture') insert((text) => `\n\n![${text}](${name})\n\n`)
      else if (what === 'cards') insert((text) => `${text}\n\n::card{${name}}\n\n`)
      else insert((text) => `[${text || some}](article:${name})`)
    }, 0)
  }

  return (
    <div className="markdown">
      {!readOnly && (
        <div className="markdown-tools" role="toolbar" aria-label={t('article.body')}>
          {tools.map(({ word, icon, make }) => (
            <ToolButton key={word} label={t(word)} icon={icon} press={() => insert(make)} />
          ))}
          <ToolButton label={t('tool.picture')} icon={<PictureOutlined />} press={() => setAsked('picture')} />
          <ToolButton label={t('tool.card')} icon={<AppstoreOutlined />} press={() => setAsked('cards')} />
          <ToolButton label={t('tool.article')} icon={<FileTextOutlined />} press={() => setAsked('articles')} />
        </div>
      )}
      <textarea
        ref={field}
        value={value}
        readOnly={readOnly}
        onChange={({ target }) => set(target.value)}
        aria-label={t('article.body')}
        spellCheck={false}
        data-testid="body"
      />
      {asked === 'picture' && <PictureChooser use="body" choose={chosen} close={() => setAsked(undefined)} />}
      {(asked === 'articles' || asked === 'cards') && (
        <Modal
          open
          title={t(asked === 'articles' ? 'tool.article' : 'tool.card')}
          footer={null}
          onCancel={() => setAsked(undefined)}
        >
          <ItemPicker kind={asked} value="" set={chosen} />
        </Modal>
      )}
    </div>
  )
}

function ToolButton({ label, icon, press }: { label: string; icon: ReactNode; press(): void }) {
  return (
    <Tooltip title={label}>
      <Button
        type="text"
        size="small"
        icon={icon}
        aria-label={label}
        onMouseDown={(event) => event.preventDefault()}
        onClick={press}
      />
    </Tooltip>
  )
}
