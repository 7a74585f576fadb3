; Walks people through a program, $lanes at a time. A row of the program is eight 64-bit places: what to do, three whole
; numbers, and a real. All people share the program; every function works on one row of lanes after another.

define void @run(ptr %x) #0 {
$fields
  br label %people
people:
  %b = phi i64 [ 0, %0 ], [ %b.next, %finish ]
  %lane = mul i64 %b, $lanes
  %person = add i64 %first, %lane
  call void @llvm.memset.p0.i64(ptr align 64 %w, i8 0, i64 $row_bytes, i1 false)
  %source = getelementptr inbounds double, ptr %parameters, i64 %lane
  call void @take(ptr %w, ptr %source, i64 %stride)
  call void @prepare(ptr %w)
  call void @linear_rates(ptr %w, ptr %rates)
  br label %tables
tables:
  %s = phi i64 [ 0, %people ], [ %s.next, %tables ]
  %s.place = getelementptr inbounds double, ptr %sizes, i64 %s
  %s.hours = load double, ptr %s.place
  %s.offset = mul i64 %s, $table_bytes
  %s.table = getelementptr inbounds i8, ptr %table, i64 %s.offset
  call void @tables(ptr %w, ptr %rates, double %s.hours, i64 %ever, ptr %scratch, ptr %s.table)
  %s.next = add i64 %s, 1
  %s.more = icmp slt i64 %s.next, %size_count
  br i1 %s.more, label %tables, label %walk

walk:
  %row = phi ptr [ %program, %tables ], [ %row.next, %next ]
  %code = load i64, ptr %row
  %a.place = getelementptr inbounds i64, ptr %row, i64 1
  %a = load i64, ptr %a.place
  %b.place = getelementptr inbounds i64, ptr %row, i64 2
  %second = load i64, ptr %b.place
  %c.place = getelementptr inbounds i64, ptr %row, i64 3
  %third = load i64, ptr %c.place
  %v.place = getelementptr inbounds double, ptr %row, i64 4
  %value = load double, ptr %v.place
  switch i64 %code, label %finish [
    i64 $STEP, label %step
    i64 $LEAD, label %lead
    i64 $INPUTS, label %inputs
    i64 $SIGNALS, label %signals
    i64 $PEAKS, label %peaks
    i64 $RECORD, label %record
    i64 $LEVEL, label %level
    i64 $PULSE, label %pulse
    i64 $DECIDE, label %decide
    i64 $DRAW, label %draw
    i64 $ENTER, label %enter
    i64 $MOVE, label %move
    i64 $BEGIN, label %begin
  ]
next:
  %row.next = getelementptr inbounds i64, ptr %row, i64 8
  br label %walk

step:                                             ; a step of the table's size `a`, with the blocks `second` active
  %t.offset = mul i64 %a, $table_bytes
  %t = getelementptr inbounds i8, ptr %table, i64 %t.offset
  call void @propagate(ptr %w, ptr %w, ptr %middle, ptr %t, i64 %second)
  call void @propagate(ptr %w, ptr %middle, ptr %w, ptr %t, i64 %second)
  call void @advance(ptr %w, ptr %t, double %value)
  br label %next
lead:                                             ; the same before time zero: drug levels only
  %l.offset = mul i64 %a, $table_bytes
  %l = getelementptr inbounds i8, ptr %table, i64 %l.offset
  call void @propagate(ptr %w, ptr %w, ptr %middle, ptr %l, i64 %second)
  call void @propagate(ptr %w, ptr %middle, ptr %w, ptr %l, i64 %second)
  br label %next
inputs:                                           ; the drug signals anew, after something was given
  call void @drive(ptr %w, ptr %start)
  br label %next
signals:
  call void @signals(ptr %w)
  br label %next
peaks:
  call void @peaks(ptr %w)
  br label %next
record:                                           ; the wanted rows at the record number `a`
  %k = phi i64 [ 0, %walk ], [ %k.next, %record ]
  %k.place = getelementptr inbounds i64, ptr %wanted, i64 %k
  %k.row = load i64, ptr %k.place
  %k.from = getelementptr inbounds $vector, ptr %w, i64 %k.row
  %k.value = load $vector, ptr %k.from, align $align
  %k.times = mul i64 %k, %times
  %k.time = add i64 %k.times, %a
  %k.line = mul i64 %k.time, %out_stride
  %k.at = add i64 %k.line, %lane
  %k.to = getelementptr inbounds $real, ptr %out, i64 %k.at
  store $vector %k.value, ptr %k.to, align $size
  %k.next = add i64 %k, 1
  %k.more = icmp slt i64 %k.next, %wanted_count
  br i1 %k.more, label %record, label %next
level:                                            ; `value` on the level `a`, through the gate `second`, by weight if `third`
  call void @give(ptr %w, double %value, i64 %second, i64 %third, i64 1)
  call void @raise(ptr %w, i64 %a)
  br label %next
pulse:
  call void @give(ptr %w, double %value, i64 %second, i64 %third, i64 0)
  call void @jump(ptr %w, i64 %a)
  br label %next
decide:                                           ; the rule `a`, judged on the score of the minute `second`
  %rule.offset = mul i64 %a, $rule_bytes
  %rule = getelementptr inbounds i8, ptr %rules, i64 %rule.offset
  call void @decide(ptr %w, ptr %rule, i64 %person, i64 %second, i64 %seed)
  br label %next
draw:                                             ; four successive normals of every noise, of the block of chance `a`
  call void @draw(ptr %w, i64 %person, i64 %a, i64 %seed)
  br label %next
enter:
  call void @enter(ptr %w)
  br label %next
move:
  call void @move(ptr %w, i64 %a)
  br label %next
begin:
  call void @begin(ptr %w)
  br label %next

finish:
  %peaks.at = getelementptr inbounds $real, ptr %peaks_out, i64 %lane
  call void @give_peaks(ptr %w, ptr %peaks.at, i64 %out_stride)
  %b.next = add i64 %b, 1
  %b.more = icmp slt i64 %b.next, %blocks
  br i1 %b.more, label %people, label %end_of_all
end_of_all:
  ret void
}

declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
