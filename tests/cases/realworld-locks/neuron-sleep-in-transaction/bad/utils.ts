export default class Utils {
  public static eachSlice = (array: any[], size: number) => {
    const arr = []
    for (let i = 0, l = array.length; i < l; i += size) {
      arr.push(array.slice(i, i + size))
    }
    return arr
  }

  public static sleep = (ms: number) => {
    return new Promise(resolve => setTimeout(resolve, ms))
  }
}
