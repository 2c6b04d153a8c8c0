# Three corrections of SQLite 3.54.1, made in a copy of its source.
#
# FTS5 keeps, for a word with many places, a list of where each page of them begins. With "secure-delete" these pages
# can become empty.
#
# - Who looked for a place behind an empty last page was led on to the pages of the next word: a search for two words
#   found tasks that have only one of them, a change of a task read all places of that other word, and could remove
#   one of them instead of its own. A page on which another word begins ends the places now.
# - Therefore, to begin with the newest place, FTS5 does not use that list once anything was deleted: it reads all
#   places of the word, which takes milliseconds where there are a million. It uses the list now if the last page is
#   not empty.
# - Where a word with such a list is gone, the word before it was taken for the one that has the list: its places were
#   not found, and not removed. If the first page of the list is empty, the places before it are looked at now.
#
# Tests in tests/store/sqlite/word_index_test.cpp fail without them: "behind the last of a word's places", "the newest
# places of a word", "the places of a word are found when the next word is gone". A correction can go as soon as its
# test passes without it.

# Replaces `lines` in the variable `source`, where they must be once.
function(taskdock_replace_once source lines corrected)
  string(FIND "${${source}}" "${lines}" first)
  string(FIND "${${source}}" "${lines}" last REVERSE)
  if(first EQUAL -1 OR NOT first EQUAL last)
    message(WARNING "sqlite3.c is built without a correction, since it does not have these lines once:\n${lines}")
    return()
  endif()
  string(REPLACE "${lines}" "${corrected}" ${source} "${${source}}")
  set(${source} "${${source}}" PARENT_SCOPE)
endfunction()

# Writes to `to` the source in `from`, corrected.
function(taskdock_correct_sqlite from to)
  file(READ ${from} content)
  taskdock_replace_once(content
"      iOff = fts5LeafFirstRowidOff(pIter->pLeaf);
      if( iOff>0 ){
"
"      iOff = fts5LeafFirstRowidOff(pIter->pLeaf);
      if( iOff==0 && pIter->pLeaf->nn>pIter->pLeaf->szLeaf ){
        fts5DataRelease(pIter->pLeaf);
        pIter->pLeaf = 0;
        break;
      }
      if( iOff>0 ){
")
  taskdock_replace_once(content "  if( pDlidx && p->pConfig->iVersion==FTS5_CURRENT_VERSION ){\n" "  if( pDlidx ){\n")
  taskdock_replace_once(content
"    pLast = fts5LeafRead(p, FTS5_SEGMENT_ROWID(iSegid, pgnoLast));
  }else{
    Fts5Data *pLeaf = pIter->pLeaf;         /* Current leaf data */
"
"    pLast = fts5LeafRead(p, FTS5_SEGMENT_ROWID(iSegid, pgnoLast));
    if( pLast && fts5LeafFirstRowidOff(pLast)==0 ){
      fts5DataRelease(pLast);
      pLast = 0;
    }
  }
  if( pLast==0 ){
    Fts5Data *pLeaf = pIter->pLeaf;         /* Current leaf data */
")
  taskdock_replace_once(content
"  if( bRev==0 ){
    while( !fts5DlidxIterEof(p, pDlidx) && iMatch>fts5DlidxIterRowid(pDlidx) ){
"
"  if( bRev==0 ){
    if( pIter->iLeafPgno==pIter->iTermLeafPgno ){
      Fts5Data *pNext = fts5LeafRead(p, FTS5_SEGMENT_ROWID(pIter->pSeg->iSegid, pIter->iLeafPgno+1));
      int bEmpty = (pNext && pNext->nn==4);
      fts5DataRelease(pNext);
      while( bEmpty && p->rc==SQLITE_OK && pIter->iLeafPgno==pIter->iTermLeafPgno
          && pIter->iLeafOffset+pIter->nPos<pIter->pLeaf->szLeaf ){
        pIter->xNext(p, pIter, 0);
        if( pIter->pLeaf==0 || pIter->iRowid>=iMatch ) return;
      }
    }
    while( !fts5DlidxIterEof(p, pDlidx) && iMatch>fts5DlidxIterRowid(pDlidx) ){
")
  file(WRITE ${to}.new "${content}")
  file(COPY_FILE ${to}.new ${to} ONLY_IF_DIFFERENT)
  file(REMOVE ${to}.new)
endfunction()
