/** The part of co-wechat-api 3.11.0 that the product's one subclass builds on; the package ships no types. */
declare module 'co-wechat-api' {
  interface RequestOptions {
    method?: string
    data?: unknown
    headers?: Record<string, string | number>
    timeout?: number
    dataType?: string
  }

  interface AccessToken {
    accessToken: string
    expireTime: number
  }

  class API {
    constructor(
      appid: string,
      appsecret: string,
      getToken?: () => Promise<AccessToken | null>,
      saveToken?: (token: AccessToken | null) => Promise<void>,
      tokenFromCustom?: boolean,
    )
    /** Where the paths of most methods begin; about 80 others name the host themselves. */
    prefix: string
    request(url: string, options?: RequestOptions, retry?: number): Promise<unknown>
    ensureAccessToken(): Promise<AccessToken>

    createMenu(menu: object): Promise<unknown>
    getMenu(): Promise<unknown>
    removeMenu(): Promise<unknown>
    getMenuConfig(): Promise<unknown>
    addConditionalMenu(menu: object): Promise<unknown>
    delConditionalMenu(menuid: string): Promise<unknown>
    tryConditionalMenu(userId: string): Promise<unknown>

    createTmpQRCode(scene: string | number, expireSeconds: number): Promise<unknown>
    createLimitQRCode(scene: string | number): Promise<unknown>

    batchGetUsers(openids: readonly string[], lang?: string): Promise<unknown>
    updateRemark(openid: string, remark: string): Promise<unknown>
    createTags(name: string): Promise<unknown>
    getTags(): Promise<unknown>
    updateTag(id: number, name: string): Promise<unknown>
    deleteTag(id: number): Promise<unknown>
    getUsersFromTag(tagId: number, nextOpenid?: string): Promise<unknown>
    batchTagging(openids: readonly string[], tagId: number): Promise<unknown>
    batchUnTagging(openids: readonly string[], tagId: number): Promise<unknown>
    getIdList(openid: string): Promise<unknown>

    removeMaterial(mediaId: string): Promise<unknown>

    setIndustry(ids: object): Promise<unknown>
    getIndustry(): Promise<unknown>
    getAllPrivateTemplate(): Promise<unknown>
    delPrivateTemplate(templateId: string): Promise<unknown>

    uploadMedia(file: string | Buffer, type: string, filename?: string, mime?: string): Promise<unknown>
    uploadImage(filepath: string): Promise<unknown>
    getIp(): Promise<unknown>
  }

  export default API
}
