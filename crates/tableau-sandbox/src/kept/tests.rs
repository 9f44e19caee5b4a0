use super::Value;
use super::page::Paging;
use crate::refusal::Refusal;

fn code<T: std::fmt::Debug>(result: Result<T, Refusal>) -> String {
    result.unwrap_err().error.code
}

#[test]
fn pages_have_edges() {
    let page = |number, size| Paging::new(number, size);
    assert_eq!(page(None, None), Ok(Paging { number: 1, size: 100 }));
    assert_eq!(
        page(Some(1), Some(1000)),
        Ok(Paging {
            number: 1,
            size: 1000
        })
    );
    assert_eq!(code(page(Some(0), None)), "400006");
    assert_eq!(code(page(None, Some(0))), "400007");
    assert_eq!(code(page(None, Some(1001))), "403014");
}

#[test]
fn windows_end_with_the_list() {
    let window = |number, size, total| Paging::new(Some(number), Some(size)).unwrap().window(total);
    assert_eq!(window(1, 10, 0), Ok(0..0));
    assert_eq!(window(1, 10, 11), Ok(0..10));
    assert_eq!(window(2, 10, 11), Ok(10..11));
    assert_eq!(code(window(2, 10, 10)), "400006");
    assert_eq!(code(window(2, 10, 0)), "400006");
    assert_eq!(code(window(u64::MAX, 1000, 10)), "400006");
}

#[test]
fn missing_values_stand_last() {
    let text = |text: &'static str| Value::Text(text.into());
    assert!(Value::Missing > text("zzz"));
    assert!(text("a") < text("b"));
}
