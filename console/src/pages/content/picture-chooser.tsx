import { UploadOutlined } from '@ant-design/icons'
import { Alert, Button, Empty, Input, Modal, Spin } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { call } from '../../api/browser.js'
import type { Answer } from '../../api/client.js'
import { useAct } from '../../api/use-act.js'
import { asProblem, given } from '../../api/use-call.js'
import { useWords } from '../../words/use-words.js'
import { fitPicture, type PictureUse } from './fit-picture.js'

type Picture = Answer<'listContentPictures'>['pictures'][number]

/** The pictures there are, and the way to bring another one: it is made to fit before it is sent. */
export function PictureChooser(props: { use: PictureUse; choose(name: string): void; close(): void }) {
  const { use, choose, close } = props
  const { t } = useWords()
  const { busy, act } = useAct()
  const [text, setText] = useState('')
  const [pictures, setPictures] = useState<readonly Picture[]>()
  const [next, setNext] = useState<string>()
  const [problem, setProblem] = useState<string>()
  const input = useRef<HTMLInputElement>(null)

  useEffect(() => {
    const control = new AbortController()
    call('listContentPictures', { query: given({ text, limit: 60 }), signal: control.signal }).then(
      (page) => {
        setPictures(page.pictures)
        setNext(page.next)
      },
      (error: unknown) => {
        if (!control.signal.aborted) setProblem(asProblem(error).message)
      },
    )
    return () => control.abort()
  }, [text])

  async function upload(file: File): Promise<void> {
    setProblem(undefined)
    const fitted = await fitPicture(file, use)
    if ('data' in fitted) {
      const { name } = await call('putContentPicture', { body: { name: file.name, data: fitted.data, use } })
      choose(name)
    } else if (fitted.refused === 'broken') setProblem(t('picture.broken'))
    else {
      const kib = (bytes: number) => Math.ceil(bytes / 1024)
      setProblem(t('picture.too-big', { n: kib(fitted.bytes), most: kib(fitted.most) }))
    }
  }

  const fits = ({ type }: Picture) => use !== 'thumb' || type === 'image/jpeg'
  return (
    <Modal open width={760} title={t('picture.choose')} onCancel={close} footer={null}>
      <div className="stack">
        <div className="filters">
          <Input.Search
            allowClear
            className="filter wide"
            placeholder={t('picture.search')}
            aria-label={t('picture.search')}
            onSearch={(wanted) => setText(wanted.trim())}
          />
          <span className="grow" />
          <input
            ref={input}
            type="file"
            accept="image/*"
            className="hidden"
            aria-label={t('picture.upload')}
            data-testid="picture-file"
            onChange={({ target }) => {
              const [file] = target.files ?? []
              if (file)
                void act(
                  () => upload(file),
                  undefined,
                  (refusal) => setProblem(refusal.message),
                )
              target.value = ''
            }}
          />
          <Button type="primary" icon={<UploadOutlined />} loading={busy} onClick={() => input.current?.click()}>
            {t('picture.upload')}
          </Button>
        </div>
        {problem !== undefined && <Alert type="error" showIcon title={problem} data-testid="picture-problem" />}
        {pictures === undefined ? (
          <Spin />
        ) : pictures.length === 0 ? (
          <Empty description={t('picture.none')} />
        ) : (
          <ul className="picture-grid">
            {pictures.filter(fits).map(({ name }) => (
              <li key={name}>
                <button type="button" onClick={() => choose(name)} title={name}>
                  <img src={`/media/${encodeURIComponent(name)}`} alt="" loading="lazy" />
                  <span>{name}</span>
                </button>
              </li>
            ))}
          </ul>
        )}
        {next !== undefined && (
          <Button
            onClick={() =>
              act(async () => {
                const page = await call('listContentPictures', { query: given({ text, cursor: next, limit: 60 }) })
                setPictures([...(pictures ?? []), ...page.pictures])
                setNext(page.next)
              })
            }
          >
            {t('picture.more')}
          </Button>
        )}
      </div>
    </Modal>
  )
}
