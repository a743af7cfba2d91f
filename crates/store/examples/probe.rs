//! probe
#![allow(clippy::unwrap_used)]
use domain::{Viewer, Reference, zones::Zone};
use store::{*, incidents::*};
#[tokio::main(flavor="current_thread")]
async fn main() {
    let store = Store::connect(StoreOptions::new("postgres://postgres@127.0.0.1:54329/store_bench")).unwrap();
    let viewer = Viewer { person: "00000000-0000-7000-8000-000000000002".parse().unwrap(), is_admin: false };
    let zone = Zone::parse("Asia/Tokyo").unwrap();
    let cpu = || { let s = std::fs::read_to_string("/proc/self/stat").unwrap(); let f: Vec<&str> = s.rsplit(')').next().unwrap().split_whitespace().collect(); (f[11].parse::<f64>().unwrap()+f[12].parse::<f64>().unwrap())*10.0 };
    let _ = store.create_session(SessionId::of(b"x"), Some(viewer.person), serde_json::json!({})).await;
    macro_rules! time { ($name:expr, $n:expr, $e:expr) => {{
        for _ in 0..20 { let _ = $e; }
        let t = std::time::Instant::now(); let c = cpu();
        for _ in 0..$n { let _ = $e; }
        println!("{:28} wall {:.3} ms  own cpu {:.3} ms", $name, t.elapsed().as_secs_f64()*1000.0/$n as f64, (cpu()-c)/$n as f64);
    }}}
    time!("session", 500, store.load_session(SessionId::of(b"x")).await.unwrap());
    time!("frame", 500, store.frame(&viewer).await.unwrap());
    time!("list", 500, store.list(&viewer, &ListFilter::default(), &zone).await.unwrap());
    let mid = store.list(&viewer, &ListFilter::default(), &zone).await.unwrap().next;
    time!("list page 2", 500, store.list(&viewer, &ListFilter{before: mid, ..Default::default()}, &zone).await.unwrap());
    let sev = vec!["01900000-0000-7000-8000-000000000001".parse().unwrap()];
    time!("list severity", 100, store.list(&viewer, &ListFilter{severity: sev.clone(), ..Default::default()}, &zone).await.unwrap());
    time!("list component", 30, store.list(&viewer, &ListFilter{component: Some("10000000-0000-7000-8000-000000000002".parse().unwrap()), ..Default::default()}, &zone).await.unwrap());
    time!("list person", 30, store.list(&viewer, &ListFilter{person: Some(viewer.person), ..Default::default()}, &zone).await.unwrap());
    for w in ["number 1234", "スケジューラー", "1", "nothingatall", "qx"] {
        time!(format!("list words {w}"), 10, store.list(&viewer, &ListFilter{words: Some(w.into()), ..Default::default()}, &zone).await.unwrap());
    }
    time!("homepage", 500, store.homepage(&viewer, Reference::parse("INC-19000").unwrap()).await.unwrap());
    time!("homepage missing", 200, store.homepage(&viewer, Reference::parse("INC-99000").unwrap()).await.unwrap());
    time!("homepage forbidden", 200, store.homepage(&viewer, Reference::parse("PRV-9").unwrap()).await.unwrap());
    let p = store.list(&viewer, &ListFilter::default(), &zone).await.unwrap();
    println!("{} {} {} {:?} {} {}", p.now.len(), p.over_not_closed.len(), p.rows.len(), p.months, p.counted, p.facets.people.len());
}
