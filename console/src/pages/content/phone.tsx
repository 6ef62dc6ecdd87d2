import { useWords } from '../../words/use-words.js'
import { Bubble } from './bubble.js'
import { SafeHtml } from './safe-html.js'
import { type Content, type Kind, type Preview, textOf } from './shapes.js'

/** What followers will see, as WeChat draws it on a phone. */
export function Phone({ kind, content, preview }: { kind: Kind; content: Content; preview: Preview | undefined }) {
  const { t } = useWords()
  const { article, card, reply } = preview ?? {}
  return (
    <aside className="phone" aria-label={t('content.preview')} data-testid="phone">
      <div className={`phone-screen ${kind}`}>
        {kind === 'articles' && article ? (
          <ArticlePage content={content} html={article.html} />
        ) : kind === 'cards' && card ? (
          <div className="chat">
            <Bubble answered={{ message: undefined, resolved: { kind: 'mini-program', ...card } }} />
          </div>
        ) : kind === 'replies' && reply ? (
          <div className="chat">
            <Bubble answered={reply} />
          </div>
        ) : (
          <p className="phone-nothing">{preview && t('content.no-preview')}</p>
        )}
      </div>
    </aside>
  )
}

function ArticlePage({ content, html }: { content: Content; html: string }) {
  const cover = textOf(content['cover'])
  return (
    <>
      {cover !== '' && <img className="phone-cover" src={`/media/${encodeURIComponent(cover)}`} alt="" />}
      <div className="phone-article">
        <h1>{textOf(content['title'])}</h1>
        <p className="phone-meta">
          <span>{textOf(content['author'])}</span> <time>{textOf(content['date'])}</time>
        </p>
        <SafeHtml html={html} />
      </div>
    </>
  )
}
